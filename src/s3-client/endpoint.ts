import { shownAddress, TidemarkError } from '../errors';

/**
 * The endpoint of a store.
 *
 * @param setting what it is called
 * @throws CONFIG_INVALID if it is not an address of http or https, or has credentials, which it doesn't show
 */
export function checkedEndpoint(endpoint: string, setting: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '')
    return endpoint;
  throw new TidemarkError(
    'CONFIG_INVALID',
    `"${shownAddress(endpoint)}" as "${setting}" is not valid; write an address such as https://minio.example.com:9000, without credentials.`,
  );
}
