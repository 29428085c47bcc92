import { closeSync, constants, lstatSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/*
 * Processes that want the same DuckDB file take turns. DuckDB gives a file to one process and tells nobody who else wants
 * it, so one that waits keeps a note beside the file, `<file>.waiting`, with its process id, and touches it again and
 * again; one that holds the file looks at the note between two pieces of work. The note is advice only: what is safe is
 * DuckDB's lock, and a note that is lost or left behind by a killed process costs a moment and nothing else. lease.ts tells
 * when a process gives the file away.
 */

/** How often one that waits looks whether the file is free, and one that holds it idle whether it is waited for. */
export const LOOK_EVERY_MS = 100;
/** How long a file is kept at the least once it is opened, when work goes on and another process waits. */
export const TURN_MS = 1000;
/** How long one that gave the file away stands back, so that who waits gets it. */
export const STAND_BACK_MS = 3 * LOOK_EVERY_MS;
/** A note not touched for so long is of a process that no longer waits. */
const STALE_MS = 3000;

const { O_CREAT, O_NOFOLLOW = 0, O_TRUNC, O_WRONLY } = constants;
/** Whatever a link leads to stays as it is. */
const OVERWRITE = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW;

const noteOf = (file: string): string => `${file}.waiting`;

/** Says that this process waits for the file. */
export function noteWaiting(file: string): void {
  try {
    const note = openSync(noteOf(file), OVERWRITE, 0o600);
    try {
      writeFileSync(note, `${process.pid}\n`);
    } finally {
      closeSync(note);
    }
  } catch {
    // a folder that can't be written to, or a link in its place: it waits without saying so
  }
}

/** Takes the note away, this process having the file; others that still wait write it anew. */
export function forgetWaiting(file: string): void {
  rmSync(noteOf(file), { force: true });
}

/** Whether another process waits for the file, as far as can be told. */
export function isAwaited(file: string): boolean {
  const note = noteOf(file);
  const info = lstatSync(note, { throwIfNoEntry: false });
  if (info === undefined || !info.isFile()) return false;
  if (Date.now() - info.mtimeMs > STALE_MS) {
    rmSync(note, { force: true });
    return false;
  }
  try {
    return Number(readFileSync(note, 'utf8')) !== process.pid;
  } catch {
    return false;
  }
}
