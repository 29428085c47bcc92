import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, type PostgresServer } from './server';
import { unprivileged } from './unprivileged';

/** Where Debian, Red Hat and Homebrew put it. */
const PROGRAMS = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer'];

/** The program, undefined where it isn't installed. */
export const pgbouncerProgram = (): string | undefined => PROGRAMS.find(existsSync);

export interface Pgbouncer {
  readonly port: number;
  close(): Promise<void>;
}

export interface PgbouncerOptions {
  readonly mode: 'transaction' | 'statement';
  /** Connections to the server. */
  readonly connections: number;
}

/** Starts a pgbouncer before a server. */
export async function startPgbouncer(
  program: string,
  server: PostgresServer,
  { mode, connections }: PgbouncerOptions,
): Promise<Pgbouncer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tidemark-pgbouncer-test-'));
  const port = await freePort();
  const [users, config] = [path.join(folder, 'users'), path.join(folder, 'config')];
  writeFileSync(users, `"${server.user}" "${server.password}"\n`);
  writeFileSync(
    config,
    `[databases]
* = host=${server.host} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = ${mode}
default_pool_size = ${connections}
`,
  );
  const identity = unprivileged();
  if (identity) for (const at of [folder, users, config]) chownSync(at, identity.uid, identity.gid);
  const child = spawn(program, [config], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], ...identity });
  const stopped = once(child, 'exit');
  const quit = (): void => {
    child.kill('SIGQUIT');
  };
  process.once('exit', quit);
  let log = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (more: string) => {
      log += more;
      if (log.includes('process up')) resolve();
    });
    child.once('exit', () => reject(new Error(`pgbouncer did not start: ${log}`)));
  });
  return {
    port,
    async close() {
      process.off('exit', quit);
      child.kill('SIGQUIT');
      await stopped;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
