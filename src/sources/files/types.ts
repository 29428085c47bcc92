import type { Timestamp } from '../../value';

/** A file as it is listed. */
export interface StoredFile {
  /** Below the location, parts divided by `/`. */
  readonly path: string;
  readonly size: number;
  readonly modified: Timestamp;
  /** The version that an object store gives it. */
  readonly etag?: string | undefined;
}

/** A place that holds files: a folder or a bucket. */
export interface FileStore {
  /** The location as messages name it. */
  readonly name: string;
  /**
   * Every file whose path begins with `prefix`, in no particular order.
   * @throws SOURCE_NOT_FOUND, SOURCE_UNAUTHORIZED, SOURCE_UNREACHABLE
   */
  list(prefix: string, signal: AbortSignal): AsyncGenerator<StoredFile, void, void>;
  /**
   * The bytes of a file as it was listed.
   * @throws EXTRACT_FAILED where it changed since, and as `list`
   */
  bytes(file: StoredFile, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void>;
  /** Where the file can be read in any order, if it lies on this machine. */
  localPath?(file: StoredFile): string;
  /**
   * Compares a file with what was listed, where reading doesn't.
   * @throws EXTRACT_FAILED where it changed since
   */
  check?(file: StoredFile): Promise<void>;
  close(): void;
}

export type FileFormat = 'jsonl' | 'json' | 'csv' | 'parquet';

/** A file that a run reads, with the value of the cursor that all its rows share. */
export interface ChosenFile extends StoredFile {
  readonly at: Timestamp;
}

export type FileRow = Record<string, unknown>;
