import { isTidemarkError, TidemarkError } from '../../errors';
import { decoded, unpacked } from './decode-text';
import { readCsv } from './read-csv';
import { readJsonl } from './read-jsonl';
import { readParquet } from './read-parquet';
import type { FileTable } from './table-config';
import type { FileFormat, FileRow, FileStore, StoredFile } from './types';

/** The most characters of a page of lines. */
const PAGE_CHARACTERS = 8 << 20;

const BY_ENDING: Readonly<Record<string, FileFormat>> = {
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'jsonl',
  csv: 'csv',
  tsv: 'csv',
  parquet: 'parquet',
};

const endingOf = (path: string): string =>
  /\.([^./]+)$/.exec(path.replace(/\.(gz|gzip)$/i, ''))?.[1]?.toLowerCase() ?? '';

/**
 * The rows of a file in pages, as a stream: never more of it is in memory than a page.
 *
 * @throws FILE_INVALID for what is broken, EXTRACT_FAILED for what changed meanwhile, CONFIG_INVALID for a name from which no format follows
 */
export async function* readFile(
  store: FileStore,
  file: StoredFile,
  options: { readonly table: FileTable; readonly signal: AbortSignal },
): AsyncGenerator<FileRow[], void, void> {
  try {
    yield* rowsIn(store, file, options);
  } catch (error) {
    // what looks broken may be a file that is being written: then the next try finds it whole
    if (isTidemarkError(error, 'FILE_INVALID')) await store.check?.(file);
    throw error;
  }
  await store.check?.(file);
}

function rowsIn(
  store: FileStore,
  file: StoredFile,
  { table, signal }: { readonly table: FileTable; readonly signal: AbortSignal },
): AsyncGenerator<FileRow[], void, void> {
  const ending = endingOf(file.path);
  const format = table.format ?? BY_ENDING[ending];
  const size = { rows: table.pageRows, characters: PAGE_CHARACTERS };
  if (format === 'parquet') return readParquet(store, file, signal);
  const text = () => decoded(file, unpacked(file, store.bytes(file, signal)));
  if (format === 'jsonl') return readJsonl(file, text(), size);
  if (format === 'csv') {
    const delimiter = table.csv.delimiter ?? (ending === 'tsv' ? '\t' : ',');
    return readCsv(file, text(), { format: { ...table.csv, delimiter }, size });
  }
  throw new TidemarkError(
    'CONFIG_INVALID',
    `The file "${file.path}" of the table "${table.name}" has a name from which no format follows. Set "format" to "jsonl", "csv" or "parquet", or make the glob narrower.`,
    { details: { file: file.path, table: table.name } },
  );
}
