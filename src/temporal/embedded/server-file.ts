import { readFile, rename, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import path from 'node:path';

/** What `.tidemark/temporal.json` says about the running server of a project. */
export interface ServerRecord {
  readonly address: string;
  readonly uiUrl: string;
  readonly namespace: string;
  readonly pid: number;
  readonly supervisorPid: number;
  readonly controlPort: number;
  readonly token: string;
}

const HELLO_WITHIN_MS = 3_000;

function serverFile(folder: string): string {
  return path.join(folder, 'temporal.json');
}

/** Written by one rename: a reader sees all of it or nothing. */
export async function writeServerRecord(folder: string, record: ServerRecord): Promise<void> {
  const temporary = `${serverFile(folder)}.${process.pid}`;
  await writeFile(temporary, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  await rename(temporary, serverFile(folder));
}

/** The record of the last server of a project. It stays when that server ends: whether it runs, its supervisor says. */
export async function readServerRecord(folder: string): Promise<ServerRecord | undefined> {
  try {
    return JSON.parse(await readFile(serverFile(folder), 'utf8')) as ServerRecord;
  } catch {
    return undefined;
  }
}

/**
 * Connects to the supervisor of a server, which holds that server until the socket is closed. Undefined if nobody
 * answers there, or somebody else does.
 */
function holdServer(record: Pick<ServerRecord, 'controlPort' | 'token'>): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(record.controlPort, '127.0.0.1');
    const give = (held: boolean): void => {
      clearTimeout(timer);
      if (!held) socket.destroy();
      resolve(held ? socket : undefined);
    };
    const timer = setTimeout(() => give(false), HELLO_WITHIN_MS);
    let heard = '';
    socket.setEncoding('utf8');
    socket.on('error', () => give(false));
    socket.on('close', () => give(false));
    socket.on('data', (text: string) => {
      heard += text;
      if (heard.includes('\n')) give(heard.trim() === record.token);
    });
  });
}

/** The running server of a project with a hold on it, if there is one. */
export async function holdRunningServer(
  folder: string,
): Promise<{ readonly record: ServerRecord; readonly hold: Socket } | undefined> {
  const record = await readServerRecord(folder);
  if (record === undefined) return undefined;
  const hold = await holdServer(record);
  return hold === undefined ? undefined : { record, hold };
}
