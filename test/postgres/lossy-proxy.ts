import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between clients and a server. */
export interface LossyProxy {
  readonly port: number;
  /** The answer to the next COMMIT is lost with its connection: the server has done it, and nobody hears of that. */
  loseCommit(): void;
  /** Whether that has happened. */
  readonly lost: () => boolean;
  close(): Promise<void>;
}

const COMMIT = Buffer.from('COMMIT\0');

export async function startLossyProxy(to: {
  readonly host: string;
  readonly port: number;
}): Promise<LossyProxy> {
  let armed = false;
  let lost = false;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(to.port, to.host);
    let losing = false;
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => other.destroy());
    }
    client.on('data', (sent) => {
      if (armed && sent.includes(COMMIT)) {
        armed = false;
        losing = true;
      }
      upstream.write(new Uint8Array(sent));
    });
    upstream.on('data', (said) => {
      if (!losing) client.write(new Uint8Array(said));
      else {
        lost = true;
        client.destroy();
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    loseCommit() {
      armed = true;
      lost = false;
    },
    lost: () => lost,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
