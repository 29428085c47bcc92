import { standBetween } from './between';

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
  const between = await standBetween(to, ({ client, upstream }) => {
    let losing = false;
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
  return {
    port: between.port,
    loseCommit() {
      armed = true;
      lost = false;
    },
    lost: () => lost,
    close: between.close,
  };
}
