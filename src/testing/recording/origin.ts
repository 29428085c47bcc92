/** What stands in a recorded answer in the place of the API's address. */
export const ORIGIN = '{{origin}}';

/** Exchanges the address of an API in a text: in links of bodies and headers, also as JSON may escape it. */
export function withOrigin(text: string, from: string, to: string): string {
  const escaped = from.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('/', '\\\\?/');
  // https://api.example.com is not the beginning of https://api.example.com.au
  return text.replace(new RegExp(`${escaped}(?![\\w-]|[.:]\\w)`, 'gi'), () => to);
}
