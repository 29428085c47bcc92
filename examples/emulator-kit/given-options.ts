import { parseArgs } from 'node:util';

/** What an option of the command line is; of `texts` several may be given. */
type Kind = 'text' | 'number' | 'texts';
type Value<K extends Kind> = { readonly text: string; readonly number: number; readonly texts: string[] }[K];

/** The options that the command line gives, and no others: `--port 4021` is `port`. */
export function givenOptions<const K extends Readonly<Record<string, Kind>>>(
  kinds: K,
): { readonly [Name in keyof K]?: Value<K[Name]> } {
  const options = Object.entries(kinds).map(
    ([name, kind]) => [name, { type: 'string', multiple: kind === 'texts' }] as const,
  );
  const { values } = parseArgs({ options: Object.fromEntries(options) });
  const given = Object.entries(values).map(
    ([name, value]) => [name, kinds[name] === 'number' ? Number(value) : value] as const,
  );
  return Object.fromEntries(given) as { readonly [Name in keyof K]?: Value<K[Name]> };
}
