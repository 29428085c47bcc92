import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ListenAddress, LOOPBACK } from './listen-address';

/** Why a worker isn't ready; undefined if it is. */
export type Readiness = () => Promise<string | undefined>;

export interface HealthServer {
  /** The port it listens on: the one asked for, or with 0 one that was free. */
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Answers the probes of an orchestrator: `/healthz` while the process lives, `/readyz` only while it works, else 503 with
 * the reason as text. Whatever else comes is answered with 400 or 404: a probe never ends a worker.
 * @throws the system's error if the address can't be had
 */
export function startHealthServer(
  options: ListenAddress & { readonly readiness: Readiness },
): Promise<HealthServer> {
  const say = (response: ServerResponse, status: number, text: string): void =>
    void response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`);
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      const pathname = pathOf(request.url);
      if (pathname === undefined) return say(response, 400, 'This is not an address.');
      if (pathname === '/healthz') return say(response, 200, 'ok');
      if (pathname !== '/readyz') return say(response, 404, 'There is /healthz, and /readyz.');
      options.readiness().then(
        (reason) => say(response, reason === undefined ? 200 : 503, reason ?? 'ok'),
        (error: unknown) => say(response, 503, error instanceof Error ? error.message : String(error)),
      );
    });
    // also what comes after it listens, such as no file handle for a connection: that one is lost, the server goes on
    server.on('error', reject);
    server.listen(options.port, options.host ?? LOOPBACK, () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      }),
    );
  });
}

/** The path of what was asked for, `/healthz` or `http://worker/healthz`; undefined if it can't be read, as `//`. */
function pathOf(target = '/'): string | undefined {
  return URL.canParse(target, 'http://worker') ? new URL(target, 'http://worker').pathname : undefined;
}
