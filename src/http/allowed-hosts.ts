import { shownAddress, TidemarkError } from '../errors';
import { redactedUrl } from './send';

/** `api.example.com`, `localhost:8080`, `[::1]:8080`; with `*.` before it, the hosts below it. */
const HOST = /^((\*\.)?[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?|\[[0-9a-f:.]+\])(:\d{1,5})?$/i;

/** Checks a redirect, which is data from outside: the rows behind it are loaded as if the API had sent them. */
export type RedirectCheck = (to: URL, from: URL) => void;

/**
 * Makes the check of redirects to another origin that isn't trusted: to the same host with https instead of http it is
 * followed, and to `allowHosts`, though from https to https only.
 *
 * @throws SOURCE_INVALID for what is not a host; the check throws HTTP_LINK_REFUSED naming the host and the option
 */
export function redirectCheck(allowHosts: readonly string[] = []): RedirectCheck {
  const hosts = allowHosts.map((host) => {
    if (typeof host === 'string' && HOST.test(host)) return host.toLowerCase();
    throw new TidemarkError(
      'SOURCE_INVALID',
      `"${shownAddress(host)}" in "http.allowHosts" is not a valid host; write 'files.example.com', '*.example.com' or 'localhost:8080'.`,
    );
  });
  const isAllowed = ({ host }: URL): boolean =>
    hosts.some((one) => (one.startsWith('*.') ? host.endsWith(one.slice(1)) : host === one));
  return (to, from) => {
    if (to.origin === from.origin) return;
    const isUpgrade =
      from.protocol === 'http:' &&
      to.protocol === 'https:' &&
      to.hostname === from.hostname &&
      to.port === '';
    if (isUpgrade) return;
    const isSafe = to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:');
    if (isSafe && isAllowed(to)) return;
    const cure = isSafe
      ? `If its answers may come from there, add '${to.host}' to the source's "http.allowHosts".`
      : 'It would be followed to https only.';
    throw new TidemarkError(
      'HTTP_LINK_REFUSED',
      `"${redactedUrl(from.href)}" redirects to "${redactedUrl(to.href)}", another origin. ${cure}`,
      { details: { from: from.origin, to: to.origin } },
    );
  };
}
