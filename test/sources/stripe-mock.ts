import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { cacheDir } from '../../src/temporal/embedded/cache-dir';

/** It embeds the OpenAPI description of this Stripe version, and answers made from it. */
const VERSION = 'v0.203.0';
const MODULE = 'github.com/stripe/stripe-mock';

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/**
 * Stripe's own mock server: from the cache folder, else built into it by Go. Building takes about half a minute of a free
 * machine, once; it appears by one rename, so that builds at the same time don't disturb each other.
 */
async function findStripeMock(): Promise<string> {
  const program = process.platform === 'win32' ? 'stripe-mock.exe' : 'stripe-mock';
  const folder = path.join(cacheDir(process.env), `stripe-mock-${VERSION}`);
  const found = path.join(folder, program);
  if (isProgram(found)) return found;
  mkdirSync(folder, { recursive: true });
  const building = mkdtempSync(path.join(folder, 'build-'));
  try {
    await promisify(execFile)('go', ['install', '-ldflags=-s -w', `${MODULE}@${VERSION}`], {
      env: { ...process.env, GOBIN: building, CGO_ENABLED: '0' },
    });
    renameSync(path.join(building, program), found);
    return found;
  } catch (error) {
    const cause =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no "go" on PATH' : String(error);
    throw new Error(
      `stripe-mock ${VERSION} can't be built: ${cause}. Install Go (https://go.dev/dl, or Debian's golang), ` +
        `or put the program at "${found}".`,
    );
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

export interface StripeMock {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts stripe-mock on free ports of this machine. It checks what is sent against the description, and keeps nothing. */
export async function startStripeMock(): Promise<StripeMock> {
  const child = spawn(
    await findStripeMock(),
    ['-http-addr', '127.0.0.1:0', '-https-addr', '127.0.0.1:0', '-strict-version-check'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  return { url: `http://${await addressOf(child)}`, close: () => ended(child) };
}

async function addressOf(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => said.push(text));
  for await (const line of createInterface({ input: child.stdout! })) {
    said.push(line);
    const address = /HTTP at address: (\S+)/.exec(line)?.[1];
    if (address !== undefined) return address;
  }
  throw new Error(`stripe-mock ended: ${said.join('\n')}`);
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill();
  });
