import path from 'node:path';
import type { DatabaseServer } from './database-server';
import type { Command } from './measure';
import { addContents, type PageContent, Pages, rowsToPages } from './pages';
import type { LoadTask, PageRange } from './task';
import type { Contender, Workload } from './workload';

/** Where things are, and what the whole run shares. */
export interface BenchPlace {
  /** Folder of the page files. */
  readonly data: string;
  /** Folder of the compiled contenders. */
  readonly programs: string;
  /** Folder of the Python ones. */
  readonly scripts: string;
  readonly python: string | undefined;
  /** The page server, which has these folders. */
  readonly url: string;
  /** The server to load to; undefined: into DuckDB files. */
  readonly server?: DatabaseServer | undefined;
}

type TaskOf = Omit<LoadTask, 'folder' | 'url'>;

const node = (place: BenchPlace, program: string, task: unknown): Command => ({
  program: process.execPath,
  args: [path.join(place.programs, 'contenders', `${program}.js`), JSON.stringify(task)],
});

const dlt = (place: BenchPlace, mode: string, task: unknown): Command => ({
  program: place.python ?? 'python3',
  args: [path.join(place.scripts, 'contenders', 'load_dlt.py'), JSON.stringify(task), mode],
  env: {
    RUNTIME__DLTHUB_TELEMETRY: 'false',
    RUNTIME__LOG_LEVEL: 'ERROR',
    // at its best it doesn't compress what it writes for itself: a fifth to a third less CPU time
    ...(mode !== 'default' && { DATA_WRITER__DISABLE_COMPRESSION: 'true' }),
  },
});

export { dlt as dltCommand, node as nodeCommand };

/** The contenders of a load; with `before` each of them first loads that, unmeasured. */
function contendersOf(
  place: BenchPlace,
  task: TaskOf,
  options: { readonly before?: TaskOf; readonly defaults?: boolean },
): Contender[] {
  const { before } = options;
  const postgres = place.server?.url;
  const contender = (
    name: string,
    commandOf: (task: Omit<LoadTask, 'url'>) => Command,
    beforeOf = name,
  ): Contender => ({
    name,
    command: (folder) => commandOf({ ...task, folder, postgres }),
    before: before && ((folder) => commandOf({ ...before, folder, postgres })),
    beforeOf,
  });
  const memory = contender('tidemark-memory', (it) => node(place, 'tidemark', it), 'tidemark');
  const all = [contender('tidemark', (it) => node(place, 'tidemark', { ...it, url: place.url })), memory];
  if (place.server === undefined) all.push(contender('duckdb', (it) => node(place, 'duckdb', it)));
  if (place.python === undefined) return all;
  if (place.server === undefined) all.push(contender('dlt', (it) => dlt(place, 'parquet', it)));
  else
    for (const format of ['csv', 'parquet'])
      all.push(contender(`dlt-${format}`, (it) => dlt(place, format, it)));
  if (options.defaults) all.push(contender('dlt-default', (it) => dlt(place, 'default', it)));
  return all;
}

function workload(options: {
  readonly name: string;
  readonly title: string;
  readonly expected: PageContent;
  readonly pages: PageRange;
  readonly contenders: readonly Contender[];
  readonly server: DatabaseServer | undefined;
}): Workload {
  const { name, title, expected, pages, contenders, server } = options;
  const rows = pages.count * 1000;
  const summed = 'flat' in expected.tables ? 'number' : 'timestamp';
  return { name, title, rows, unit: 'rows', base: 'tidemark-memory', expected, summed, contenders, server };
}

/** Appends a number of events, or flat rows, to an empty dataset. */
export function appendWorkload(
  place: BenchPlace,
  shape: 'events' | 'flat',
  rows: number,
  options: { readonly defaults?: boolean } = {},
): Workload {
  const made = new Pages(place.data, shape);
  const pages = made.range(0, rowsToPages(rows));
  return workload({
    name: `append-${shape}-${rows}`,
    title: `append ${rows.toLocaleString('en')} ${shape === 'flat' ? 'flat rows' : 'events'}`,
    expected: made.content(pages),
    pages,
    server: place.server,
    contenders: contendersOf(place, { shape, disposition: 'append', pages }, options),
  });
}

/** Merges a number of events into as many, of which half have the same keys. */
export function mergeWorkload(place: BenchPlace, rows: number): Workload {
  const count = rowsToPages(rows);
  const half = Math.floor(count / 2);
  const stored = new Pages(place.data, 'events');
  const updates = new Pages(place.data, 'updates', rows);
  const first = stored.range(0, count);
  const pages = updates.range(half, count);
  const expected = addContents([stored.content({ first: 0, count: half }), updates.content(pages)]);
  return workload({
    name: `merge-events-${rows}`,
    title: `merge ${rows.toLocaleString('en')} events, half of them already there`,
    expected,
    pages,
    server: place.server,
    contenders: contendersOf(
      place,
      { shape: 'events', disposition: 'merge', pages },
      { before: { shape: 'events', disposition: 'merge', pages: first } },
    ),
  });
}

/** The folders of the pages, by the name under which the server has them. */
export function servedFolders(data: string, mergedRows: readonly number[]): Record<string, string> {
  const of = (kind: 'events' | 'flat'): [string, string] => [kind, new Pages(data, kind).folder];
  const updates = mergedRows.map((rows): [string, string] => {
    const { folder } = new Pages(data, 'updates', rows);
    return [path.basename(folder), folder];
  });
  return Object.fromEntries([of('events'), of('flat'), ...updates]);
}
