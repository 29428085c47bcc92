import { isTidemarkError, TidemarkError } from '../../errors';

/** Kinds of DuckDB errors that the same statement meets again, whenever it is tried. */
const LASTING =
  /^(Constraint|Conversion|Binder|Catalog|Parser|Invalid Input|Out of Range|Mismatch Type|Not implemented|Permission|Serialization)/;

/** Whether DuckDB refuses all further work on the open file: what was committed is in the file and its log. */
export const isFatal = (error: unknown): boolean =>
  /^FATAL Error|database has been invalidated/i.test(error instanceof Error ? error.message : String(error));

/** Whether a COMMIT did commit, and only what DuckDB did after it failed. */
export const hasCommitted = (error: unknown): boolean =>
  /COMMIT succeeded and is durable/i.test(error instanceof Error ? error.message : String(error));

/** A DuckDB error as one of tidemark's, told what was being done. */
export function duckdbError(error: unknown, doing: string): unknown {
  if (isTidemarkError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  const missing = /NOT NULL constraint failed: (\S+)\.([^.\s]+)/.exec(message);
  if (missing !== null)
    return new TidemarkError(
      'NULL_IN_NOT_NULL',
      `A row of table "${missing[1]}" has no value in column "${missing[2]}", which is required. Give every row a value, or declare the column as \`nullable: true\`.`,
      { cause: error, details: { table: missing[1], column: missing[2] } },
    );
  if (/read-only mode|readonly database/i.test(message))
    return new TidemarkError(
      'DESTINATION_REFUSED',
      `The DuckDB file can't be written: it, its folder or its file system is read-only for this user. DuckDB says: ${message.trim()}`,
      { cause: error },
    );
  const code = LASTING.test(message) ? 'DESTINATION_REFUSED' : 'DESTINATION_FAILED';
  return new TidemarkError(code, `DuckDB failed ${doing}: ${message.trim()}`, { cause: error });
}

/** An error of opening a file. */
export function openError(error: unknown, path: string): TidemarkError {
  const message = error instanceof Error ? error.message : String(error);
  const held = /Conflicting lock is held in (.*?) ?\(PID (\d+)\)/.exec(message);
  if (held !== null || /could not set lock|being used by another process|lock on file/i.test(message)) {
    const holder = held === null ? 'another program' : `${held[1]} (PID ${held[2]})`;
    return new TidemarkError(
      'DESTINATION_LOCKED',
      `The DuckDB file "${path}" is held by ${holder}; one process at a time can write to it. Close it there, or wait.`,
      { cause: error, details: held === null ? { path } : { path, program: held[1], pid: Number(held[2]) } },
    );
  }
  if (
    /not a valid DuckDB database|Serialization Error|version number|encrypted|checksum|corrupt/i.test(message)
  )
    return notADatabase(path, error);
  return new TidemarkError(
    'DESTINATION_FAILED',
    `The DuckDB file "${path}" can't be opened: ${message.trim()}`,
    { cause: error },
  );
}

/** SQL needs the file opened in another way than work that goes on does. */
export function busyOtherwise(path: string): TidemarkError {
  return new TidemarkError(
    'DESTINATION_LOCKED',
    `The DuckDB file "${path}" is in use in this process; SQL that reaches other files needs it alone, and so does the SQL after it. Try again when that has ended.`,
    { details: { path } },
  );
}

export function notADatabase(path: string, cause?: unknown): TidemarkError {
  const why = cause instanceof Error ? ` DuckDB says: ${cause.message.trim()}` : '';
  return new TidemarkError(
    'DESTINATION_NOT_A_DATABASE',
    `"${path}" is not a DuckDB database, and was left as it is. Name a DuckDB file, or a path where none is yet.${why}`,
    { cause, details: { path } },
  );
}
