import type { DateTime } from 'luxon';
import { type Incremental, incremental } from '../../incremental';
import { definedSettings, type ExtractContext, type Resource, resource } from '../../source';
import { chooseFiles, identityOf } from './choose-files';
import { LoadedFiles } from './loaded-files';
import { readAhead } from './read-ahead';
import { isParquet, readFile } from './read-file';
import type { SearchRange } from './search-prefixes';
import type { FileTable } from './table-config';
import type { ChosenFile, FileRow, FileStore } from './types';

const NAME = '_file_name';
const MODIFIED = '_file_modified';
const DATE = '_file_date';

/**
 * The start of a table without `startDate`: earlier than every file. It is given, so that the time range of a run without a
 * start is known and compared with the intervals that are loaded.
 */
const BEGINNING = { modified: '1970-01-01T00:00:00Z', date: '0001-01-01T00:00:00Z' } as const;

/** The incremental of a table whose new files are found by a time. */
const definitionOf = (by: 'modified' | 'date', { startDate, lag }: FileTable) => ({
  files: incremental({
    cursor: by === 'date' ? DATE : MODIFIED,
    type: 'datetime',
    initialValue: startDate ?? BEGINNING[by],
    lag,
    // rows of one file share their cursor: files are compared at the border, not rows
    primaryKey: [],
    allowExternalSchedulers: true,
  }),
});

type Context = Pick<ExtractContext<never, never>, 'state' | 'signal' | 'log' | 'resumeFrom' | 'checkpoint'>;

/** The resource of one table. `open` is called when a run begins. */
export function fileTable(table: FileTable, open: () => FileStore): Resource<string, FileRow> {
  const options = { ...definedSettings<FileRow>(table), name: table.name, resumable: true };
  if (table.incremental === 'none')
    return resource({
      ...options,
      extract: (context) => rowsOf({ table, open, context, cursor: undefined }),
    }) as unknown as Resource<string, FileRow>;
  return resource({
    ...options,
    incremental: definitionOf(table.incremental, table),
    extract: (context) => rowsOf({ table, open, context, cursor: context.incremental.files }),
  }) as unknown as Resource<string, FileRow>;
}

async function* rowsOf(run: {
  readonly table: FileTable;
  readonly open: () => FileStore;
  readonly context: Context;
  readonly cursor: Incremental<DateTime> | undefined;
}): AsyncGenerator<FileRow[], void, void> {
  const { table, context, cursor } = run;
  const { state, signal, log, resumeFrom, checkpoint } = context;
  const goesOn = cursor !== undefined && cursor.endValue === undefined;
  const loaded = goesOn ? new LoadedFiles(state, table.lag) : undefined;
  const done = new Set(resumeFrom?.split(' '));
  let token = resumeFrom ?? '';
  const store = run.open();
  let reading = store;
  try {
    const all = await chooseFiles({ store, table, range: rangeOf(cursor), signal });
    const files = all.filter((file) => {
      const identity = identityOf(file);
      return !done.has(identity) && loaded?.has(identity) !== true;
    });
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    log.info(`${files.length} of ${all.length} files to load`, { location: store.name, bytes });
    reading = readAhead(
      store,
      store.localPath === undefined ? files : files.filter((file) => !isParquet(file, table)),
    );
    let yielded = false;
    for (const file of files) {
      for await (const rows of readFile(reading, file, { table, signal })) {
        yield withFileColumns(rows, file, table);
        yielded = true;
      }
      const identity = identityOf(file);
      // appended, since joining all of them for each file would take quadratic time
      token = token === '' ? identity : `${token} ${identity}`;
      loaded?.add(identity, file.at, cursor?.lastValue.toMillis());
      if (yielded) await checkpoint(token);
    }
  } finally {
    reading.close();
  }
}

const rangeOf = (cursor: Incremental<DateTime> | undefined): SearchRange | undefined =>
  cursor && { start: cursor.startValue.toMillis(), end: cursor.endValue?.toMillis() };

function withFileColumns(rows: FileRow[], file: ChosenFile, table: FileTable): FileRow[] {
  const { incremental: by, fileColumns } = table;
  for (const row of rows) {
    if (fileColumns) row[NAME] = file.path;
    if (fileColumns || by === 'modified') row[MODIFIED] = file.modified;
    if (by === 'date') row[DATE] = file.at;
  }
  return rows;
}
