import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { openTemporal, type TemporalAccess } from '../../src/temporal';
import { findCli } from '../../src/temporal/embedded';
import { freePorts } from '../../src/temporal/embedded/free-ports';
import { temporaryFolder } from './temporary-folder';
import { testEnvironment } from './test-server';

/** A Temporal server whose data is in a file, so that it can be killed and goes on where it was. */
export interface KillableServer {
  readonly address: string;
  /** The client of this process, which outlives a kill. */
  readonly access: TemporalAccess;
  /** Kills it with -9 and starts it again at the same address, a second later. */
  crash(): Promise<void>;
  close(): Promise<void>;
}

export async function startKillableServer(): Promise<KillableServer> {
  const { folder, remove } = await temporaryFolder();
  const cli = await findCli({ env: testEnvironment() });
  const ports = await freePorts(4);
  const address = `127.0.0.1:${ports[0]}`;
  const start = (): ChildProcess => {
    const [port, ui, metrics, http] = ports;
    return spawn(
      cli,
      [
        ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', `${port}`, '--ui-port', `${ui}`],
        ...['--metrics-port', `${metrics}`, '--http-port', `${http}`, '--log-level', 'error'],
        ...['--db-filename', path.join(folder, 'temporal.db')],
      ],
      { stdio: ['ignore', 'ignore', 'ignore'] },
    );
  };
  let server = start();
  const end = (signal: NodeJS.Signals): Promise<void> => {
    const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
    server.kill(signal);
    return ended;
  };
  const quit = (): void => {
    server.kill('SIGKILL');
  };
  process.once('exit', quit);
  const access = await joined(address, folder);
  return {
    address,
    access,
    async crash() {
      await end('SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, 1000));
      server = start();
    },
    async close() {
      await access.close();
      process.off('exit', quit);
      await end('SIGTERM');
      await remove();
    },
  };
}

/** Joins a server that is still starting. */
async function joined(address: string, projectDir: string): Promise<TemporalAccess> {
  const settings = { namespace: undefined, taskQueue: 'tidemark', apiKey: undefined, tls: undefined };
  for (let attempt = 0; ; attempt += 1)
    try {
      return await openTemporal({
        temporal: { address, profile: undefined, ...settings },
        env: { ...testEnvironment(), TEMPORAL_ADDRESS: address },
        projectDir,
      });
    } catch (error) {
      if (attempt === 5) throw error;
    }
}
