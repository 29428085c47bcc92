import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { TidemarkError } from '../errors';
import type { TidemarkClient } from '../operate';
import { makeApp } from './app';
import { allowedHost, inAddress, isLoopback, reachableHost } from './hosts';
import { isUnforeseen } from './refusal';
import { Service } from './service';
import { drawToken, SHORTEST_TOKEN } from './token';

/** How the page is served. */
export interface UiOptions {
  /** What it reads and acts with. Give it a short `lockWaitMs` and a `retryAfterMs`: who looks wants an answer. It is left open. */
  readonly client: TidemarkClient;
  /** Where it listens. Any but a loopback address needs a token. @default 127.0.0.1 */
  readonly host?: string | undefined;
  /** 0: one that is free. @default 4747, or the next that is free */
  readonly port?: number | undefined;
  /** Refuses all actions. @default false */
  readonly readOnly?: boolean | undefined;
  /** What the link has that lets a browser in. @default none on a loopback address, else one is drawn */
  readonly token?: string | undefined;
  /** Names besides its own by which it is asked, such as a proxy's: `tide.example.com`, with a port or for any. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** The config file, where commands that are shown have to name it. @default they find it */
  readonly config?: string | undefined;
  /** Told to the page. @default unknown */
  readonly version?: string | undefined;
  /** The folder of the page's files. @default what the build made */
  readonly assets?: string | undefined;
  /** Called with what nobody foresaw. @default it is not told */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** How often Temporal is asked for changes while a page listens, in milliseconds. @default 2,000 */
  readonly askEveryMs?: number | undefined;
}

/** A page that is served. */
export interface Ui {
  /** `http://127.0.0.1:4747` */
  readonly url: string;
  /** What a person opens: the address, with the token where one is needed. */
  readonly link: string;
  /** Serves what another client reads, from now on. */
  use(client: TidemarkClient): void;
  /** Ends the open streams and stops listening; the client is left open. May be called twice. */
  close(): Promise<void>;
}

export const DEFAULT_PORT = 4_747;
/** Ports that are tried after the default one. */
const FURTHER_PORTS = 20;
const ENDS_WITHIN_MS = 1_000;
const LOOKS_EVERY_MS = 20;
const LOOPBACK = '127.0.0.1';

/**
 * Serves the page, and the API that it asks, until `close`.
 *
 * @throws USAGE for an address that can't be had, an allowed host that is no name, or a token that is too short
 * @example
 * const ui = await startUi({ client, port: 0 });
 * console.log(`Page at ${ui.link}`);
 */
export async function startUi(options: UiOptions): Promise<Ui> {
  const { client, config, readOnly = false, version = 'unknown', onError = () => undefined } = options;
  const host = options.host === undefined || options.host === 'localhost' ? LOOPBACK : options.host;
  const token = tokenFor(host, options.token);
  const allowedHosts = (options.allowedHosts ?? []).map(allowedHost);
  const service = new Service({
    client,
    config,
    readOnly,
    version,
    askEveryMs: options.askEveryMs,
    onError,
  });
  const server = createAdaptorServer({
    // the app needs the port that is had in the end
    fetch: (request, env) => app.fetch(request, env),
    overrideGlobalObjects: false,
  });
  const port = await listen(server, host, options.port);
  const app = makeApp({
    service,
    host,
    port,
    token,
    allowedHosts,
    assets: options.assets ?? path.join(__dirname, '..', '..', 'ui'),
    onError: (error) => {
      if (isUnforeseen(error)) onError(error);
    },
  });
  const url = `http://${reachableHost(host)}:${port}`;
  let closing: Promise<void> | undefined;
  return {
    url,
    link: token === undefined ? url : `${url}/?token=${encodeURIComponent(token)}`,
    use: (next) => service.use(next),
    close() {
      closing ??= end(server, service);
      return closing;
    },
  };
}

/** @throws USAGE */
function tokenFor(host: string, given: string | undefined): string | undefined {
  if (given === undefined) return isLoopback(host) ? undefined : drawToken();
  if (given.length < SHORTEST_TOKEN)
    throw new TidemarkError(
      'USAGE',
      `The token has ${given.length} characters and needs at least ${SHORTEST_TOKEN}; leave it out, and one is drawn.`,
    );
  return given;
}

/** @throws USAGE naming the address and what is in the way */
async function listen(server: ServerType, host: string, asked: number | undefined): Promise<number> {
  const ports = asked === undefined ? [...range(DEFAULT_PORT, FURTHER_PORTS), 0] : [asked];
  for (const port of ports) {
    try {
      return await listenAt(server, host, port);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE' && asked === undefined) continue;
      const why = code === undefined ? message : (REFUSALS[code] ?? message);
      throw new TidemarkError(
        'USAGE',
        `The page cannot be served at port ${port} of ${inAddress(host)}: ${why}.`,
        {
          cause: error,
        },
      );
    }
  }
  throw new TidemarkError('USAGE', 'No port is free for the page; give one.');
}

/** Why the system refuses an address, and what to do. */
const REFUSALS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there; end it, or give another port',
  EACCES: 'this user may not listen there; give a port of 1024 or more',
  EADDRNOTAVAIL: 'this machine has no such address; 0.0.0.0 means all that it has',
  ENOTFOUND: 'no machine has this name; give an IP address of this one',
};

const range = (from: number, further: number): number[] =>
  Array.from({ length: further + 1 }, (_, index) => from + index);

function listenAt(server: ServerType, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      // such as no file handle for a connection: that one is lost, the server goes on
      server.on('error', () => undefined);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function end(server: ServerType, service: Service): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  const begun = Date.now();
  const closing = setInterval(() => {
    if (!('closeAllConnections' in server)) return;
    // those whose stream has ended; after a while all others, too
    if (Date.now() - begun < ENDS_WITHIN_MS) server.closeIdleConnections();
    else server.closeAllConnections();
  }, LOOKS_EVERY_MS);
  service.close();
  await closed;
  clearInterval(closing);
}
