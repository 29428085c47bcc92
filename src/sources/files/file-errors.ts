import { TidemarkError } from '../../errors';
import type { StoredFile } from './types';

/** The most of a broken line that a message quotes. */
const QUOTED = 80;

interface FilePlace {
  /** From 1, as editors count. */
  readonly line?: number | undefined;
  readonly column?: string | undefined;
  /** From 0, in the unpacked file. */
  readonly byte?: number | undefined;
  /** The text that is wrong. */
  readonly text?: string | undefined;
  readonly cause?: unknown;
}

/** A file that isn't what it should be: the same bytes will never do. */
export function brokenFile(file: StoredFile, problem: string, place: FilePlace = {}): TidemarkError {
  const { line, column, byte, text, cause } = place;
  const where = `${line === undefined ? '' : `, line ${line}`}${column === undefined ? '' : `, column "${column}"`}`;
  const quoted = text === undefined ? '' : `: "${text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text}"`;
  return new TidemarkError(
    'FILE_INVALID',
    `The file "${file.path}"${where} ${problem}${quoted}. Mend or remove the file, and run again: nothing of it was loaded.`,
    {
      cause,
      details: { file: file.path, line, column, ...(byte === undefined ? {} : { byte }) },
    },
  );
}

/** A file that was replaced while it was read: the next try reads the new one. */
export function changedFile(file: StoredFile, how: 'is gone' | 'changed', cause?: unknown): TidemarkError {
  return new TidemarkError(
    'EXTRACT_FAILED',
    `The file "${file.path}" ${how} while it was read. Write files under another name and rename them when they are complete.`,
    { cause, details: { file: file.path }, retryable: true },
  );
}
