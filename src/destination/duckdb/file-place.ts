import { type BigIntStats, chmodSync, rmSync, statSync } from 'node:fs';
import { TidemarkError } from '../../errors';

/**
 * Whether a file that is open here is still the one at its path. A file that was removed or replaced can be written on: what is
 * written is in no file that anybody finds. Looks by `stat` alone; a handle would give DuckDB's lock away (probe.ts).
 */
export class FilePlace {
  readonly #file: string;
  readonly #opened: BigIntStats | undefined;
  /** DuckDB's log as it was after the last commit; made with the first. */
  #log: BigIntStats | undefined;

  /** To be made when DuckDB has opened the file. */
  constructor(file: string) {
    this.#file = file;
    this.#opened = look(file);
    this.#log = look(logOf(file));
  }

  /** Whether the open file is the one at the path. */
  get isSame(): boolean {
    return isSame(look(this.#file), this.#opened);
  }

  /** @throws TidemarkError DATASET_MISMATCH */
  refuseReplaced(): void {
    if (this.isSame) return;
    throw new TidemarkError(
      'DATASET_MISMATCH',
      `The DuckDB file "${this.#file}" was removed or replaced while it was written to; nothing was loaded into what is there now. Run it again to load into the file at this path, and let tidemark end before you move a database.`,
      { details: { path: this.#file } },
    );
  }

  /** To be called after a commit, with the file still in its place: who can't read the file can't read its log. */
  committed(): void {
    const log = look(logOf(this.#file));
    const isNew = log !== undefined && !isSame(log, this.#log);
    this.#log = log;
    if (!isNew || this.#opened === undefined) return;
    const mode = log.mode & this.#opened.mode & 0o777n;
    if (mode !== (log.mode & 0o777n)) chmodSync(logOf(this.#file), Number(mode));
  }

  /** Takes the log away that a replaced file left beside its successor, which it would be replayed into. */
  removeOwnLog(): void {
    const log = logOf(this.#file);
    if (this.#log !== undefined && isSame(look(log), this.#log)) rmSync(log, { force: true });
  }
}

const logOf = (file: string): string => `${file}.wal`;

const look = (file: string): BigIntStats | undefined =>
  statSync(file, { bigint: true, throwIfNoEntry: false });

const isSame = (one: BigIntStats | undefined, other: BigIntStats | undefined): boolean =>
  one?.ino === other?.ino && one?.dev === other?.dev;
