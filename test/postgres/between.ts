import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The two ends of one connection that something stands between. */
interface Ends {
  readonly client: Socket;
  readonly upstream: Socket;
}

/** What stands between clients and a server. */
export interface Between {
  readonly port: number;
  /** All ends of all connections. */
  readonly sockets: ReadonlySet<Socket>;
  close(): Promise<void>;
}

/**
 * Stands between clients and a server: an end that breaks breaks the other.
 * @param joined sees to what goes from one end to the other
 */
export async function standBetween(
  to: { readonly host: string; readonly port: number },
  joined: (ends: Ends) => void,
): Promise<Between> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(to.port, to.host);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => other.destroy());
    }
    joined({ client, upstream });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
