import { createServer, isIP } from 'node:net';
import { InvalidArgumentError } from 'commander';
import type { ListenAddress } from '../../../workers';
import { TidemarkError } from '../../errors';

const GREATEST_PORT = 65_535;
/** As the worker's; its module brings the SDK along, which a command loads only when it works. */
const LOOPBACK = '127.0.0.1';
/** Why the system refuses an address, and what to do. */
const REFUSALS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there; end it, or give another port',
  EACCES: 'this user may not listen there; give a port of 1024 or more',
  EADDRNOTAVAIL: 'this machine has no such address; 0.0.0.0 means all that it has',
};

/** Reads `8080`, `0.0.0.0:8080`, `localhost:8080` or `[::]:8080`. Without a host it is this machine alone. */
export function listenAddress(leastPort: number): (text: string) => ListenAddress {
  return (text) => {
    const [, bracketed, plain, digits = ''] = /^(?:(?:\[([^\]]*)\]|([^:]*)):)?(\d{1,5})$/.exec(text) ?? [];
    const given = bracketed ?? plain;
    const host = given === 'localhost' ? undefined : given;
    const port = Number(digits);
    if (digits === '' || port < leastPort || port > GREATEST_PORT || (host !== undefined && isIP(host) === 0))
      throw new InvalidArgumentError(
        `"${text}" is not a port from ${leastPort} to ${GREATEST_PORT}, nor an IP address with one, such as 0.0.0.0:8080.`,
      );
    return { host, port };
  };
}

/**
 * Listens for a moment at each address: whoever takes it later, such as the SDK, tells less of why it can't have it.
 * @param asked by its flag
 * @throws USAGE naming the flag, the address and what is in the way
 */
export async function checkFree(asked: Readonly<Record<string, ListenAddress | undefined>>): Promise<void> {
  const seen = new Map<number, string>();
  for (const [flag, address] of Object.entries(asked)) {
    if (address === undefined) continue;
    const { host = LOOPBACK, port } = address;
    const other = port === 0 ? undefined : seen.get(port);
    if (other !== undefined)
      throw new TidemarkError('USAGE', `${flag} and ${other} are both port ${port}; give each its own.`);
    seen.set(port, flag);
    const cause = await refusalOf(host, port);
    if (cause === undefined) continue;
    const why = REFUSALS[cause.code ?? ''] ?? cause.message;
    throw new TidemarkError('USAGE', `${flag} cannot be port ${port} of ${host}: ${why}.`, { cause });
  }
}

function refusalOf(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer().once('error', resolve);
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}
