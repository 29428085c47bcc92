import { ApiError } from './api-error';
import { bytesOf, type StoredTable } from './catalog';
import { columnsOf, fieldOf } from './fields';
import { checkLabels } from './labels';
import type { Table } from './rest-types';
import { type Context, pageOf, type RestRequest, type Route } from './route';
import { type Column, quoted } from './sql/types';
import { addColumns, createTable, dropRequired, dropTable, setResource, widens } from './table-changes';
import { checkClustering } from './table-options';

/** What the fake keeps of a table that is made or changed. */
const KEPT = [
  'description',
  'friendlyName',
  'labels',
  'expirationTime',
  'timePartitioning',
  'rangePartitioning',
  'clustering',
  'requirePartitionFilter',
] as const;

const KNOWN: ReadonlySet<string> = new Set([...KEPT, 'tableReference', 'schema', 'kind']);

export const TABLE_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: /^\/datasets\/(?<dataset>[^/]+)\/tables$/,
    parameters: 'tables.IListParams',
    answer: 'ITableList',
    handle: ({ names, query }, { database: { catalog } }) => {
      const all = catalog.tables(names['dataset']!);
      const { items, next } = pageOf(all, query);
      const tables = items.map(({ dataset, name, resource }) => {
        const { labels, timePartitioning, rangePartitioning, clustering, creationTime, expirationTime } =
          resource;
        const tableReference = { projectId: catalog.projectId, datasetId: dataset, tableId: name };
        return {
          kind: 'bigquery#table',
          id: `${catalog.projectId}:${dataset}.${name}`,
          tableReference,
          type: 'TABLE',
          labels,
          timePartitioning,
          rangePartitioning,
          clustering,
          creationTime,
          expirationTime,
        };
      });
      return {
        kind: 'bigquery#tableList',
        etag: 'tables',
        tables,
        nextPageToken: next,
        totalItems: all.length,
      };
    },
  },
  {
    method: 'POST',
    path: /^\/datasets\/(?<dataset>[^/]+)\/tables$/,
    body: 'ITable',
    answer: 'ITable',
    handle: insert,
  },
  {
    method: 'GET',
    path: /^\/datasets\/(?<dataset>[^/]+)\/tables\/(?<table>[^/]+)$/,
    parameters: 'tables.IGetParams',
    answer: 'ITable',
    handle: ({ names }, context) => tableResource(named(names, context), context),
  },
  {
    method: 'PATCH',
    path: /^\/datasets\/(?<dataset>[^/]+)\/tables\/(?<table>[^/]+)$/,
    parameters: 'tables.IPatchParams',
    body: 'ITable',
    answer: 'ITable',
    handle: patch,
  },
  {
    method: 'DELETE',
    path: /^\/datasets\/(?<dataset>[^/]+)\/tables\/(?<table>[^/]+)$/,
    handle: ({ names }, context) => dropTable(context.database, named(names, context)),
  },
];

const named = (names: RestRequest['names'], { database }: Context): StoredTable =>
  database.catalog.table(names['dataset']!, names['table']!);

function checkTable(body: Table): void {
  const unknown = Object.keys(body).find((key) => !KNOWN.has(key));
  if (unknown !== undefined)
    throw new ApiError('notImplemented', `The fake doesn't have ${unknown} of a table`);
  checkLabels(body.labels);
  const expires = body.expirationTime;
  if (expires !== undefined && Number(expires) <= Date.now())
    throw new ApiError('invalid', `Invalid value for expirationTime: ${expires} is in the past`);
}

function keptOf(body: Table): Table {
  return Object.fromEntries(KEPT.flatMap((key) => (body[key] === undefined ? [] : [[key, body[key]]])));
}

async function insert({ names, body }: RestRequest, context: Context): Promise<Table> {
  const table = body as Table;
  checkTable(table);
  const { datasetId, tableId = '' } = table.tableReference ?? {};
  const dataset = names['dataset']!;
  if (datasetId !== undefined && datasetId !== dataset)
    throw new ApiError('invalid', `Value ${datasetId} in content does not agree with value ${dataset}`);
  const { database } = context;
  database.catalog.dataset(dataset);
  const columns = columnsOf(table.schema?.fields ?? []);
  if (table.clustering !== undefined) checkClustering(columns, table.clustering.fields ?? []);
  checkPartition(columns, table);
  const made = await createTable(database, { dataset, name: tableId, columns, resource: keptOf(table) });
  return tableResource(made, context);
}

function checkPartition(columns: readonly Column[], { timePartitioning, rangePartitioning }: Table): void {
  const field = timePartitioning?.field ?? rangePartitioning?.field;
  if (field === undefined) return;
  const column = columns.find(({ name }) => name.toLowerCase() === field.toLowerCase());
  const allowed = rangePartitioning === undefined ? ['DATE', 'TIMESTAMP', 'DATETIME'] : ['INT64'];
  if (column === undefined || !allowed.includes(column.type.name))
    throw new ApiError(
      'invalid',
      `The field specified for partitioning must be of one of the types ${allowed.join(', ')}: "${field}"`,
    );
}

async function patch({ names, body }: RestRequest, context: Context): Promise<Table> {
  const { database } = context;
  const table = named(names, context);
  const given = body as Table;
  checkTable(given);
  if (given.schema !== undefined) await patchColumns(context, table, columnsOf(given.schema.fields ?? []));
  await setResource(database, table, { ...table.resource, ...keptOf(given) });
  return tableResource(table, context);
}

/** Columns may be added, and need a value no more. */
async function patchColumns(
  { database }: Context,
  table: StoredTable,
  given: readonly Column[],
): Promise<void> {
  const added = new Map(given.map((column) => [column.name.toLowerCase(), column]));
  for (const column of table.columns) {
    const next = added.get(column.name.toLowerCase());
    added.delete(column.name.toLowerCase());
    if (next === undefined || next.type.name !== column.type.name || !widens(column, next))
      throw new ApiError(
        'invalid',
        `Provided Schema does not match Table: the field ${column.name} is missing or has another type`,
      );
    if (next.required && !column.required)
      throw new ApiError(
        'invalid',
        `Provided Schema does not match Table: the field ${column.name} has changed mode from NULLABLE to REQUIRED`,
      );
    if (column.required && !next.required) await dropRequired(database, table, column);
  }
  if (added.size > 0) await addColumns(database, table, () => [...added.values()]);
}

async function tableResource(table: StoredTable, { database }: Context): Promise<Table> {
  const { dataset, name, columns, resource, duckName } = table;
  const { projectId } = database.catalog;
  const { location } = database.catalog.dataset(dataset);
  // in its turn: a table that is being made or dropped can't be counted
  const [row] = await database.change(async (connection) => {
    database.catalog.table(dataset, name);
    return (await connection.runAndReadAll(`SELECT count(*) FROM main.${quoted(duckName)}`)).getRows();
  }, true);
  const rows = Number(row?.[0]);
  return {
    ...resource,
    kind: 'bigquery#table',
    etag: `${duckName}/${resource.lastModifiedTime}`,
    id: `${projectId}:${dataset}.${name}`,
    selfLink: `/bigquery/v2/projects/${projectId}/datasets/${dataset}/tables/${name}`,
    tableReference: { projectId, datasetId: dataset, tableId: name },
    schema: { fields: columns.map(fieldOf) },
    type: 'TABLE',
    location,
    numRows: String(rows),
    numBytes: String(bytesOf({ rows, columns })),
  };
}
