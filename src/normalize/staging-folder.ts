import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { isAlive } from '../config';
import { DAY_MS } from '../interval';
import { sha3 } from '../value';

const PREFIX = 'staging-';
/** No load takes so long: a folder whose process can't be asked, that of another machine, is left over by then. */
const KEPT_MS = 7 * DAY_MS;

const HOST = sha3(hostname()).replace(/\W/g, '').slice(0, 8);
const RUNNING = Symbol.for('tidemark.staging');
const shared = globalThis as { [RUNNING]?: Set<string> };
/** Folders of loads that run in this process, whichever copy of the package they run in. */
const running = shared[RUNNING] ?? new Set<string>();
shared[RUNNING] = running;
const swept = new Set<string>();

/**
 * Gives a load a folder of its own for what it stages, and removes it when the load ends. Folders of processes that were
 * killed go with the first load of a process.
 */
export async function withStagingFolder<T>(
  workDir: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  if (!swept.has(workDir)) {
    swept.add(workDir);
    await sweepStaging(workDir);
  }
  const name = `${PREFIX}${HOST}-${process.pid}-${randomUUID()}`;
  const folder = path.join(workDir, name);
  running.add(name);
  try {
    return await work(folder);
  } finally {
    running.delete(name);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Removes the folders of loads whose process is gone. */
export async function sweepStaging(workDir: string, now: number = Date.now()): Promise<void> {
  for (const name of await readdir(workDir).catch(() => [])) {
    if (!name.startsWith(PREFIX) || running.has(name)) continue;
    const folder = path.join(workDir, name);
    if (ownerIsGone(name) || (await isOld(folder, now))) await rm(folder, { recursive: true, force: true });
  }
}

function ownerIsGone(name: string): boolean {
  const [, host, pid] = /^staging-(\w{8})-(\d+)-/.exec(name) ?? [];
  if (host !== HOST) return false;
  // What this process doesn't know was left by an earlier one that had its number, as the first of a container has.
  if (Number(pid) === process.pid) return true;
  return !isAlive(Number(pid));
}

async function isOld(folder: string, now: number): Promise<boolean> {
  const written = (await stat(folder).catch(() => undefined))?.mtimeMs;
  return written !== undefined && now - written > KEPT_MS;
}
