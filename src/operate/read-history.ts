import type { Dataset } from '../destination';
import type { CursorState } from '../incremental';
import { zoneOf } from '../plan';
import type { Entry } from '../run';
import {
  type ColumnSchema,
  completeColumns,
  descendantsOf,
  hasSeenData,
  isSystemName,
  type StoredSchema,
  schemaNameOf,
  type TableSchema,
} from '../schema';
import { isRecord, ownField } from '../value';
import type { Access } from './access';
import { recentIntervals, runSeconds } from './interval-totals';
import type { SchemaHistory, SchemaVersion, SourceHistory } from './schema-history';
import { storedVersions } from './schema-versions';
import { readStates, type StoredState } from './state';
import { jsonText, typeText } from './value-text';

/**
 * What is stored of an entry's sources, when each table and column came, and what the newest 500 intervals brought.
 *
 * It reads records of loads only, no table of the user's: every stored version of each schema, and the ledger's loads by interval. In
 * BigQuery these are four jobs for one source, each billed 10 MB at the least. How long runs took is asked of Temporal, where there is one
 * that can be reached; none is started.
 */
export async function readHistory(entry: Entry, access: Access): Promise<SchemaHistory> {
  const states = await readStates(entry, undefined, access);
  const { sources, intervals } = await access.withDataset(entry, async (dataset) => {
    const found: SourceHistory[] = [];
    for (const { name } of entry.sources()) {
      const own = states.filter(({ source }) => source === name);
      found.push(await sourceHistory(dataset, { source: schemaNameOf(name), states: own }));
    }
    const isLoaded = found.some(({ versions }) => versions.length > 0);
    return { sources: found, intervals: isLoaded ? await recentIntervals(entry, dataset) : [] };
  });
  const seconds = await runSeconds(entry, access, intervals.length);
  return {
    pipeline: entry.name,
    zone: zoneOf(entry).name,
    sources,
    intervals: intervals.map(({ start, end, rows, runId }) => ({
      start,
      end,
      rows,
      seconds: runId === null ? undefined : seconds.get(runId),
    })),
  };
}

async function sourceHistory(
  dataset: Dataset,
  { source, states }: { readonly source: string; readonly states: readonly StoredState[] },
): Promise<SourceHistory> {
  const { schema } = await dataset.snapshot(source);
  const told = states.flatMap(statesOf);
  if (schema === undefined) return { source, tables: [], versions: [], states: told };
  const versions: SchemaVersion[] = [];
  const since = new Map<string, Since>();
  for await (const stored of storedVersions(dataset, source)) {
    const version = { version: stored.version, at: stored.at };
    versions.push(version);
    for (const table of storedTables(stored.schema)) note(since, table, version);
  }
  return {
    source,
    tables: inOrder(schema).map((table) => tableHistory(table, since.get(table.name))),
    versions,
    states: told,
  };
}

/** With which version a table came, and each of its columns. */
interface Since {
  readonly table: SchemaVersion;
  readonly columns: Map<string, SchemaVersion>;
}

function note(since: Map<string, Since>, table: TableSchema, version: SchemaVersion): void {
  const known = since.get(table.name) ?? { table: version, columns: new Map() };
  since.set(table.name, known);
  for (const { name } of completeColumns(table))
    if (!known.columns.has(name)) known.columns.set(name, version);
}

/** Tables that rows came for, without those in which dlt and tidemark keep their books. */
const storedTables = (schema: StoredSchema | undefined): TableSchema[] =>
  Object.values(schema?.tables ?? {}).filter(
    (table) => !isSystemName(table.name) && hasSeenData(table) && completeColumns(table).length > 0,
  );

/** Tables of a schema, each followed by those of its children. */
function inOrder(schema: StoredSchema): TableSchema[] {
  const there = new Set(storedTables(schema));
  return [...there]
    .filter(({ parent }) => parent === undefined)
    .flatMap((root) => [root, ...descendantsOf(schema, root.name)])
    .filter((table) => there.has(table));
}

function tableHistory(table: TableSchema, since: Since | undefined): SourceHistory['tables'][number] {
  return {
    table: table.name,
    parent: table.parent,
    resource: table.resource,
    writeDisposition: table.write_disposition,
    since: since?.table,
    columns: completeColumns(table).map((column) => ({
      column: column.name,
      type: typeText(column),
      nullable: column.nullable !== false,
      hints: hintsOf(column),
      since: since?.columns.get(column.name),
    })),
  };
}

/** Hints of columns that are told, and how. */
const HINTS = {
  primary_key: 'primary key',
  merge_key: 'merge key',
  incremental: 'cursor',
  unique: 'unique',
  hard_delete: 'hard delete',
  variant: 'variant',
  partition: 'partition',
  cluster: 'cluster',
  row_key: 'row id',
  parent_key: "parent's row id",
  root_key: "root's row id",
} as const satisfies Partial<Record<keyof ColumnSchema, string>>;

function hintsOf(column: ColumnSchema): string[] {
  const hints: string[] = Object.entries(HINTS)
    .filter(([hint]) => column[hint as keyof typeof HINTS] === true)
    .map(([, text]) => text);
  return column.dedup_sort === undefined ? hints : [...hints, `dedup sort ${column.dedup_sort}`];
}

type ResourceState = SourceHistory['states'][number];

/** What each resource keeps, and what they share. */
function statesOf({ pipeline, shared, resources }: StoredState): ResourceState[] {
  const own = Object.entries(resources).map(([resource, state]): ResourceState => {
    const { incremental, ...other } = isRecord(state) ? state : {};
    return { pipeline, resource, cursors: cursorsOf(incremental), other: jsonIfAny(other) };
  });
  const common = jsonIfAny(shared);
  return common === undefined ? own : [...own, { pipeline, resource: '', cursors: [], other: common }];
}

function cursorsOf(incremental: unknown): ResourceState['cursors'] {
  const cursors = isRecord(incremental) ? (incremental as Record<string, CursorState>) : {};
  return Object.keys(cursors).map((cursor) => {
    const stored = ownField(cursors, cursor);
    return {
      cursor,
      lastValue: valueText(stored?.last_value),
      initialValue: valueText(stored?.initial_value),
    };
  });
}

/** JSON, but a text as it is. */
function valueText(value: unknown): string {
  const json = jsonText(value ?? null);
  return json.startsWith('"') && json.endsWith('"') ? (JSON.parse(json) as string) : json;
}

const jsonIfAny = (fields: Readonly<Record<string, unknown>>): string | undefined =>
  Object.keys(fields).length === 0 ? undefined : jsonText(fields);
