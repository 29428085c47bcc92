import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { TidemarkError } from '../errors';

/** Names of this machine that no other machine's DNS can give away. */
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];
/** Addresses that mean every one that the machine has. */
const EVERY_ADDRESS = new Set(['0.0.0.0', '::']);

/** Whether only programs of this machine reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** A host as addresses have it: an IPv6 address in brackets. */
export const inAddress = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host);

/** An address that leads to a server that listens at a host: of one that listens everywhere, the first of the machine. */
export function reachableHost(host: string): string {
  if (!EVERY_ADDRESS.has(host)) return inAddress(host);
  const outer = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  return outer?.address ?? '127.0.0.1';
}

/** What a request says of where it was sent. */
export interface AskedHost {
  /** Its `Host` header. */
  readonly host: string | undefined;
  /** The address of this machine at which it came in. */
  readonly localAddress: string | undefined;
}

/**
 * Which `Host` headers are answered. A page of another site can give its own name the address of this machine (DNS rebinding),
 * but then says that name: only names that were told are taken.
 *
 * @param options.allowed further names as {@link allowedHost} gives them, with a port (`tide.example.com:8080`) or for any port
 */
export function hostRule(options: {
  readonly host: string;
  readonly port: number;
  readonly allowed: readonly string[];
}): (asked: AskedHost) => boolean {
  const { host, port } = options;
  const everywhere = EVERY_ADDRESS.has(host);
  const names = new Set(
    [...LOOPBACK_NAMES, inAddress(host.toLowerCase())].flatMap((name) =>
      port === 80 ? [name, `${name}:80`] : [`${name}:${port}`],
    ),
  );
  const allowed = new Set(options.allowed);
  return ({ host: given, localAddress }) => {
    if (given === undefined) return false;
    const asked = given.toLowerCase();
    const name = asked.replace(/:\d+$/, '');
    if (names.has(asked) || allowed.has(asked) || allowed.has(name)) return true;
    // nobody's DNS leads to an address that is written out
    const own = localAddress?.replace(/^::ffff:/, '');
    return everywhere && own !== undefined && asked === `${inAddress(own)}:${port}`;
  };
}

/** A name, an IPv4 address or an IPv6 one in brackets, and perhaps a port. */
const HOST = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

/**
 * A further name that a server may be asked by, in lower case.
 * @throws USAGE for what no `Host` header can be, such as an address with `http://` or a wildcard
 */
export function allowedHost(given: string): string {
  const name = given.toLowerCase();
  if (HOST.test(name)) return name;
  throw new TidemarkError(
    'USAGE',
    `The allowed host "${given}" is not the name of a host; write what stands between // and / in the browser's address: tide.example.com or tide.example.com:8080.`,
  );
}
