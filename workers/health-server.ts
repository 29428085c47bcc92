import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Why a worker isn't ready; undefined if it is. */
export type Readiness = () => Promise<string | undefined>;

export interface HealthServer {
  /** The port it listens on: the one asked for, or with 0 one that was free. */
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Answers the probes of an orchestrator: `/healthz` while the process lives, `/readyz` only while it works, else 503 with
 * the reason as text.
 * @throws the system's error if the port can't be had
 */
export function startHealthServer(options: {
  readonly port: number;
  readonly readiness: Readiness;
}): Promise<HealthServer> {
  const say = (response: ServerResponse, status: number, text: string): void =>
    void response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`);
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://worker');
      if (pathname === '/healthz') return say(response, 200, 'ok');
      if (pathname !== '/readyz') return say(response, 404, 'There is /healthz, and /readyz.');
      options.readiness().then(
        (reason) => say(response, reason === undefined ? 200 : 503, reason ?? 'ok'),
        (error: unknown) => say(response, 503, error instanceof Error ? error.message : String(error)),
      );
    });
    server.once('error', reject);
    server.listen(options.port, () =>
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
