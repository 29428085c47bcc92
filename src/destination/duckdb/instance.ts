import { fileLeases } from './file-leases';
import type { LinkWork } from './lease';
import type { Link } from './link';

export { realPathOf } from './probe';

/**
 * Whether there is a database at the path.
 * @throws TidemarkError DESTINATION_NOT_A_DATABASE if there is something else
 */
export async function databaseExists(file: string): Promise<boolean> {
  return fileLeases.exists(file);
}

/** Announces that a file will be used more than once; `release` undoes it. */
export function retain(file: string): void {
  fileLeases.retain(file);
}

/** @param lingers whether the file stays open for its idle time, though nobody says that they will use it again */
export function release(file: string, lingers = false): void {
  fileLeases.release(file, lingers);
}

/** Lets go of all files that nobody uses right now: what lingers must not outlive a worker. */
export function releaseIdleFiles(): void {
  fileLeases.releaseIdle();
}

/**
 * Runs work on a connection to a file that nobody else uses meanwhile; the file is made with its folder if it isn't there,
 * and let go when it was idle for two seconds, or sooner when another process waits for it.
 * @throws TidemarkError DESTINATION_NOT_A_DATABASE, DESTINATION_LOCKED
 */
export function withConnection<T>(file: string, work: LinkWork<T>): Promise<T> {
  return fileLeases.withConnection(file, work);
}

/**
 * Runs work that may need much memory with little of it, where it is alone with the file.
 * @param work is run again, on a new connection, where it needs more: it must leave nothing behind when it fails
 */
export function withLittleMemory<T>(file: string, link: Link, work: (link: Link) => Promise<T>): Promise<T> {
  return fileLeases.withLittleMemory(file, link, work);
}
