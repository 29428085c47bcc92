import { isTidemarkError, TidemarkError } from '../../errors';
import { checkDistinctNames } from '../../schema';
import { decoded } from './decode-text';
import { prefixed } from './first-bytes';
import { readCsv } from './read-csv';
import { readJson } from './read-json';
import { type PageSize, readJsonl } from './read-jsonl';
import { readParquet } from './read-parquet';
import type { FileTable } from './table-config';
import type { FileFormat, FileRow, FileStore, StoredFile } from './types';
import { unpacked } from './unpack';

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
  /\.([^./]+)$/.exec(path.replace(/\.(gz|gzip|zst|zstd|bz2|bzip2)$/i, ''))?.[1]?.toLowerCase() ?? '';

function formatOf(file: StoredFile, table: FileTable): FileFormat | undefined {
  const ending = endingOf(file.path);
  return table.format ?? (Object.hasOwn(BY_ENDING, ending) ? BY_ENDING[ending] : undefined);
}

/** Whether a file is read as Parquet: one of this machine then by its path. */
export const isParquet = (file: StoredFile, table: FileTable): boolean => formatOf(file, table) === 'parquet';

/** What helps where two columns of a file give one name. Rows of JSON have no columns of the file. */
const CURES: Readonly<Record<Exclude<FileFormat, 'jsonl' | 'json'>, string>> = {
  csv: 'Name the columns otherwise with csv: { header: […], skipLines: 1 }.',
  parquet: 'Name one of them otherwise in the file, or make JSON lines of it and rename one with map.',
};

function checkColumns(file: StoredFile, format: FileFormat | undefined, row: FileRow | undefined): void {
  if (format === 'jsonl' || format === 'json' || format === undefined) return;
  checkDistinctNames(Object.keys(row ?? {}), { owner: `The file "${file.path}"`, cure: CURES[format] });
}

/**
 * The rows of a file in pages, as a stream: never more of it is in memory than a page.
 *
 * @throws FILE_INVALID for what is broken, NAME_COLLISION for two columns of a CSV or Parquet file that give one name, EXTRACT_FAILED for what changed meanwhile, CONFIG_INVALID for a name from which no format follows
 */
export async function* readFile(
  store: FileStore,
  file: StoredFile,
  options: { readonly table: FileTable; readonly signal: AbortSignal },
): AsyncGenerator<FileRow[], void, void> {
  try {
    let checked = false;
    for await (const rows of rowsIn(store, file, options)) {
      if (!checked) checkColumns(file, formatOf(file, options.table), rows[0]);
      checked = true;
      yield rows;
    }
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
  const format = formatOf(file, table);
  const size = { rows: table.pageRows, characters: PAGE_CHARACTERS };
  if (format === 'parquet') return readParquet(store, file, signal);
  const text = () => decoded(file, unpacked(file, store.bytes(file, signal)), table.encoding);
  if (format === 'json') return readJson(file, text(), { data: table.data, size });
  if (format === 'jsonl' && table.format === undefined && endingOf(file.path) === 'json')
    return readAnyJson(file, text(), { data: table.data, size });
  if (format === 'jsonl') return readJsonl(file, text(), size);
  if (format === 'csv') {
    const delimiter = table.csv.delimiter ?? (endingOf(file.path) === 'tsv' ? '\t' : ',');
    return readCsv(file, text(), { format: { ...table.csv, delimiter }, size });
  }
  throw new TidemarkError(
    'CONFIG_INVALID',
    `The file "${file.path}" of the table "${table.name}" has a name from which no format follows. Set "format" to "jsonl", "json", "csv" or "parquet", or make the glob narrower.`,
    { details: { file: file.path, table: table.name } },
  );
}

/** A file whose name says JSON, and not which: one value if it begins with a list, or has its rows somewhere within; else lines. */
async function* readAnyJson(
  file: StoredFile,
  text: AsyncGenerator<string, void, void>,
  { data, size }: { readonly data: string | undefined; readonly size: PageSize },
): AsyncGenerator<FileRow[], void, void> {
  let first = '';
  while (data === undefined && first.trim() === '') {
    const next = await text.next();
    if (next.done === true) break;
    first = next.value.trim() === '' ? '' : next.value;
  }
  const all = prefixed(first, text);
  const isValue = data !== undefined || first.trimStart().startsWith('[');
  yield* isValue ? readJson(file, all, { data, size }) : readJsonl(file, all, size);
}
