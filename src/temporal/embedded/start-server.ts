import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import path from 'node:path';
import { isAlive } from '../../config';
import { SEARCH_ATTRIBUTE_TYPES } from '../../contracts';
import { TidemarkError } from '../../errors';
import type { EmbeddedServer, Environment } from '../types';
import { endsWithin } from './ends-within';
import { findCli } from './find-cli';
import { freePorts } from './free-ports';
import { holdRunningServer, readServerRecord, type ServerRecord, writeServerRecord } from './server-file';
import { answers, setRetention, waitUntilReady } from './server-ready';
import { withStartLock } from './start-lock';
import { type SupervisorHello, supervisorArguments } from './supervise';

/** Loses the race for a free port now and then; not three times in a row. */
const PORT_ATTEMPTS = 3;
const NAMESPACE = 'default';
/** Longer than a supervisor gives its server to shut down. */
const FORMER_ENDS_WITHIN_MS = 12_000;

/**
 * The server reads its queues of due work at most 20 times a second by default. That is for a cluster with many shards;
 * with the one shard here it made each step of a workflow wait some 40 ms.
 */
const DYNAMIC_CONFIG = {
  'history.transferProcessorMaxPollRPS': 1000,
  'history.timerProcessorMaxPollRPS': 1000,
} as const;

interface StartServerOptions {
  /** The server's data lies in `.tidemark` below it. */
  readonly projectDir: string;
  readonly env: Environment;
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Path of the CLI. @default found or fetched: see `findCli` */
  readonly cli?: string;
}

/** Where an embedded server of a project keeps its data, log and whereabouts. */
export function serverFolder(projectDir: string): string {
  return path.join(projectDir, '.tidemark');
}

/** Whether a project ever had an embedded server: before that nothing is deployed, and nothing has run. */
export function hasServerData(projectDir: string): boolean {
  return existsSync(path.join(serverFolder(projectDir), 'temporal.db'));
}

/** The folder is its owner's alone, made before or not: histories have what errors say and where data is. */
async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  await writeFile(path.join(folder, '.gitignore'), '*\n', { flag: 'wx' }).catch(() => undefined);
}

function serverCommand(cli: string, folder: string, ports: readonly number[]): string[] {
  const [port, ui, metrics, http] = ports;
  return [
    cli,
    'server',
    'start-dev',
    ...['--ip', '127.0.0.1', '--port', `${port}`, '--ui-port', `${ui}`, '--metrics-port', `${metrics}`],
    ...['--http-port', `${http}`, '--db-filename', path.join(folder, 'temporal.db')],
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
    ...Object.entries(DYNAMIC_CONFIG).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${value}`,
    ]),
    ...['--namespace', NAMESPACE, '--log-level', 'error'],
    ...Object.entries(SEARCH_ATTRIBUTE_TYPES).flatMap(([name, type]) => [
      '--search-attribute',
      `${name}=${type}`,
    ]),
  ];
}

function readHello(child: ChildProcess): Promise<SupervisorHello> {
  return new Promise((resolve, reject) => {
    let heard = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
      if (heard.includes('\n')) resolve(JSON.parse(heard.slice(0, heard.indexOf('\n'))) as SupervisorHello);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`its supervisor ended with code ${code}`)));
  });
}

/** Lets go of a server that this process started; resolves when it has ended, or when others are found to hold it. */
function release(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.ref();
    child.once('exit', () => resolve());
    child.stdout?.on('data', (text: string) => {
      if (!text.includes('kept')) return;
      child.unref();
      resolve();
    });
    child.stdin?.end();
  });
}

interface Attempt {
  readonly child: ChildProcess;
  readonly record: ServerRecord;
}

async function attempt(cli: string, folder: string): Promise<Attempt> {
  const ports = await freePorts(4);
  const token = randomBytes(16).toString('hex');
  const log = await open(path.join(folder, 'temporal.log'), 'w', 0o600);
  await log.chmod(0o600);
  const child = spawn(
    process.execPath,
    supervisorArguments({ command: serverCommand(cli, folder, ports), token }),
    // a group of its own: Ctrl-C is for the worker, which drains while its server still answers
    { detached: true, stdio: ['pipe', 'pipe', log.fd], cwd: folder, windowsHide: true },
  );
  await log.close();
  let endedWith: number | null | undefined;
  child.once('exit', (code) => {
    endedWith = code;
  });
  try {
    const hello = await readHello(child);
    const record: ServerRecord = {
      address: `127.0.0.1:${ports[0]}`,
      uiUrl: `http://127.0.0.1:${ports[1]}`,
      namespace: NAMESPACE,
      pid: hello.pid,
      supervisorPid: child.pid ?? 0,
      controlPort: hello.controlPort,
      token,
    };
    await waitUntilReady(record, () => endedWith !== undefined);
    if (endedWith !== undefined) throw new Error(`it ended with code ${endedWith}`);
    await setRetention(record);
    return { child, record };
  } catch (error) {
    await release(child);
    throw error;
  }
}

/**
 * Waits for the project's former server, which may be on its way out, and ends one whose supervisor was killed: two
 * servers must never write one database.
 */
async function endFormer(folder: string): Promise<void> {
  const former = await readServerRecord(folder);
  if (former === undefined) return;
  if (isAlive(former.supervisorPid) && (await endsWithin(former.pid, FORMER_ENDS_WITHIN_MS))) return;
  if (!isAlive(former.pid)) return;
  // the process id may be somebody else's by now: only what answers as our server is ended
  if (!(await answers(former))) return;
  process.kill(former.pid, 'SIGKILL');
  await endsWithin(former.pid, FORMER_ENDS_WITHIN_MS);
}

async function startAnew(cli: string, folder: string): Promise<Attempt> {
  let lastError: unknown;
  for (let count = 0; count < PORT_ATTEMPTS; count += 1) {
    try {
      return await attempt(cli, folder);
    } catch (error) {
      lastError = error;
      const log = await readFile(path.join(folder, 'temporal.log'), 'utf8').catch(() => '');
      if (!/address already in use/i.test(log)) break;
    }
  }
  const log = await readFile(path.join(folder, 'temporal.log'), 'utf8').catch(() => '');
  const tail = log.trim().split('\n').slice(-5).join('\n');
  throw new TidemarkError(
    'SERVER_START_FAILED',
    `The Temporal server "${cli}" did not start: ${lastError instanceof Error ? lastError.message : lastError}.` +
      `${tail === '' ? '' : `\n${tail}`}\nIts log is in "${path.join(folder, 'temporal.log')}".`,
    { cause: lastError },
  );
}

function attached(record: ServerRecord, hold: Socket): EmbeddedServer {
  hold.unref();
  return {
    address: record.address,
    uiUrl: record.uiUrl,
    namespace: record.namespace,
    pid: record.pid,
    owned: false,
    ended: new Promise((resolve) => {
      hold.once('close', () => resolve());
      if (hold.destroyed) resolve();
    }),
    async stop() {
      hold.destroy();
    },
  };
}

function owned({ child, record }: Attempt): EmbeddedServer {
  child.unref();
  for (const stream of [child.stdin, child.stdout]) (stream as unknown as Socket | null)?.unref();
  return {
    address: record.address,
    uiUrl: record.uiUrl,
    namespace: record.namespace,
    pid: record.pid,
    owned: true,
    ended: new Promise((resolve) => {
      child.once('exit', () => resolve());
      if (child.exitCode !== null || child.signalCode !== null) resolve();
    }),
    async stop() {
      await release(child);
    },
  };
}

/**
 * Starts the development server of a project, or joins the one that runs for it. Loopback only, on free ports; data in
 * `.tidemark/temporal.db`, so Schedules and history outlive it; web UI on; history kept for 90 days. It runs for as long
 * as a process that started or joined it lives, however that process ends.
 *
 * @throws TidemarkError TEMPORAL_NOT_INSTALLED, SERVER_START_FAILED
 */
export async function startServer(options: StartServerOptions): Promise<EmbeddedServer> {
  const folder = serverFolder(options.projectDir);
  await makeFolder(folder);
  return withStartLock<EmbeddedServer>({
    folder,
    shortcut: async () => {
      const running = await holdRunningServer(folder);
      return running === undefined ? undefined : attached(running.record, running.hold);
    },
    start: async () => {
      const cli = options.cli ?? (await findCli(options));
      await endFormer(folder);
      const started = await startAnew(cli, folder);
      await writeServerRecord(folder, started.record);
      return owned(started);
    },
  });
}
