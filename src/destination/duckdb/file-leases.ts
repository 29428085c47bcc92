import { FileLease, type LinkWork } from './lease';
import type { Link } from './link';
import type { BoundedWork } from './memory-bound';
import type { FileAccess } from './open-file';
import { holdsDatabase } from './probe';

/** The leases of a process, one for each file, by its real path (see `lease.ts` for the life of one). */
export class FileLeases {
  readonly #leases = new Map<string, FileLease>();

  /**
   * Whether there is a database at the path.
   * @throws TidemarkError DESTINATION_NOT_A_DATABASE if there is something else
   */
  exists(file: string): boolean {
    const lease = this.#leases.get(file);
    lease?.closeIfReplaced();
    return lease?.hasFile === true || holdsDatabase(file);
  }

  /** Announces that a file will be used more than once; `release` undoes it. */
  retain(file: string): void {
    this.#of(file).retain();
  }

  /** @param lingers whether the file stays open for its idle time, though nobody says that they will use it again */
  release(file: string, lingers: boolean): void {
    this.#leases.get(file)?.release(lingers);
  }

  /** Runs work on a connection to a file; see {@link FileLease.withConnection}. */
  withConnection<T>(file: string, work: LinkWork<T>, access?: FileAccess): Promise<T> {
    return this.#of(file).withConnection(work, access);
  }

  /** Runs work of that connection with little memory; see {@link FileLease.withLittleMemory}. */
  withLittleMemory<T>(file: string, link: Link, bounded: BoundedWork<T>): Promise<T> {
    return this.#leases.get(file)?.withLittleMemory(link, bounded) ?? bounded.work(link);
  }

  /** Lets go of all files that nobody uses right now or says that they will: what lingers must not outlive a worker. */
  releaseIdle(): void {
    for (const lease of this.#leases.values()) lease.closeIfReleased();
  }

  #of(file: string): FileLease {
    const lease = this.#leases.get(file) ?? this.#newLease(file);
    this.#leases.set(file, lease);
    return lease;
  }

  #newLease(file: string): FileLease {
    if (!process.listeners('exit').includes(this.#closeAtExit)) process.once('exit', this.#closeAtExit);
    return new FileLease(file, () => this.#leases.delete(file));
  }

  /** A program that ends without closing leaves whole files behind, not a file and its log. */
  readonly #closeAtExit = (): void => {
    for (const lease of this.#leases.values()) lease.closeIfIdle();
  };
}

/** The leases of this process: DuckDB gives a file to one process, and within it to one instance. */
export const fileLeases = new FileLeases();

/** Lets go of all DuckDB files that nobody uses right now: what lingers must not outlive a worker. */
export const releaseIdleFiles = (): void => fileLeases.releaseIdle();
