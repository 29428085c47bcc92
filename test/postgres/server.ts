import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { postgresBinaries } from './binaries';
import { SERVER_CERTIFICATE, SERVER_KEY } from './certificates';
import { type Identity, unprivileged } from './unprivileged';

const run = promisify(execFile);

/** What a server that only tests use can do without. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '40',
  shared_buffers: '32MB',
  timezone: 'Asia/Kolkata',
  log_timezone: 'UTC',
};

/** The system keeps what a process wrote that crashed: only the server's own buffers would be lost. */
const DURABLE = { synchronous_commit: 'on' };

export interface PostgresOptions {
  /** The folder of its programs. @default that of an installed one, else of one from npm */
  readonly bin?: string | undefined;
  /** Whether connections may be encrypted; the certificate is for `localhost`, signed by `AUTHORITY`. @default false */
  readonly tls?: boolean;
  /** Whether what was committed outlives a crash of the server, not of the machine. @default false, which is faster */
  readonly durable?: boolean;
}

/** A Postgres of its own for a test file. */
export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** `postgresql://user:password@host:port/database` */
  readonly url: string;
  /** Runs statements as the superuser. */
  sql(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** What the server wrote to its log so far. */
  log(): string;
  /**
   * Ends the server as an administrator does (`fast`) or at once, as a crash does, and starts it again on its port; resolves when
   * it answers. What was committed outlives a crash only where the server is `durable`. `whileDown` is waited for before the start.
   */
  restart(how: 'fast' | 'crash', whileDown?: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a real Postgres on a free port of this machine, with an empty database. Its own zone isn't UTC, so that a test
 * sees what relies on the server's.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const { bin, tls = false, durable = false } = options;
  const programs = bin ?? (await postgresBinaries());
  const identity = unprivileged();
  const folder = mkdtempSync(path.join(tmpdir(), 'tidemark-postgres-test-'));
  const data = path.join(folder, 'data');
  const passwordFile = path.join(folder, 'password');
  const [user, password, database] = ['tidemark', 'p4ss-word of the test', 'postgres'];
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(passwordFile, password);
  if (identity) for (const at of [folder, data, passwordFile]) chownSync(at, identity.uid, identity.gid);
  const spawned = { cwd: folder, env: { ...process.env, HOME: folder, LC_ALL: 'C' }, ...identity };
  const initdb = ['-D', data, '-U', user, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  await run(
    path.join(programs, 'initdb'),
    [...initdb, '--encoding=UTF8', '--locale=C', '--no-sync'],
    spawned,
  );

  const start = (port?: number): Promise<Started> =>
    started({
      program: path.join(programs, 'postgres'),
      data,
      options: spawned,
      settings: { ...(tls ? certify(data, identity) : {}), ...(durable ? DURABLE : {}) },
      port,
    });
  let server = await start();
  const { port } = server;
  const quit = (): void => {
    server.child.kill('SIGQUIT');
  };
  process.once('exit', quit);
  const connected = async (): Promise<Client> => {
    const client = new Client({ host: '127.0.0.1', port, user, password, database });
    // the server may end it; the next statement says so
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  let client = await connected();
  let before = '';
  return {
    host: '127.0.0.1',
    port,
    user,
    password,
    database,
    url: `postgresql://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
    sql: async (text, values = []) => (await client.query(text, [...values])).rows ?? [],
    log: () => before + server.log(),
    async restart(how, whileDown) {
      server.child.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
      await server.exited;
      await whileDown?.();
      await client.end().catch(() => {});
      before += server.log();
      server = await start(port);
      client = await connected();
    },
    async close() {
      await client.end();
      process.off('exit', quit);
      server.child.kill('SIGINT');
      await server.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface StartOptions {
  readonly program: string;
  readonly data: string;
  readonly options: object;
  readonly settings: Readonly<Record<string, string>>;
  /** @default a free one */
  readonly port?: number | undefined;
}

interface Started {
  readonly child: ChildProcess;
  readonly port: number;
  readonly log: () => string;
  readonly exited: Promise<unknown>;
}

/** A port that is free may be taken before the server has it: then another one is tried. */
async function started({ program, data, options, ...given }: StartOptions): Promise<Started> {
  for (let attempt = 1; ; attempt++) {
    const port = given.port ?? (await freePort());
    const settings = Object.entries({ ...SETTINGS, ...given.settings, port: String(port) }).flatMap(
      ([name, value]) => ['-c', `${name}=${value}`],
    );
    const child = spawn(program, ['-D', data, ...settings], {
      ...options,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    let text = '';
    const ready = await new Promise<boolean>((resolve) => {
      child.stderr!.setEncoding('utf8').on('data', (more: string) => {
        text += more;
        if (text.includes('ready to accept connections')) resolve(true);
      });
      child.once('error', () => resolve(false));
      child.once('exit', () => resolve(false));
    });
    if (ready) return { child, port, log: () => text, exited };
    if (attempt === 3) throw new Error(`Postgres did not start: ${text}`);
  }
}

/** Gives the server its certificate; its key may be read by nobody else. */
function certify(data: string, identity: Identity | undefined): Readonly<Record<string, string>> {
  const files = { 'server.crt': SERVER_CERTIFICATE, 'server.key': SERVER_KEY };
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(data, name);
    writeFileSync(file, content, { mode: 0o600 });
    if (identity) chownSync(file, identity.uid, identity.gid);
  }
  return { ssl: 'on' };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
