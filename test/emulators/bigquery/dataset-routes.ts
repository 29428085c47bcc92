import { ApiError } from './api-error';
import { checkLabels } from './labels';
import type { Dataset } from './rest-types';
import { type Context, pageOf, type Route } from './route';
import { dropTable } from './table-changes';

const KNOWN: ReadonlySet<string> = new Set<keyof Dataset>([
  'datasetReference',
  'location',
  'description',
  'friendlyName',
  'labels',
  'defaultTableExpirationMs',
  'isCaseInsensitive',
]);

export const DATASET_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: /^\/datasets$/,
    parameters: 'datasets.IListParams',
    answer: 'IDatasetList',
    handle: ({ query }, { database: { catalog } }) => {
      const all = [...catalog.datasets()].sort((a, b) => (a.name < b.name ? -1 : 1));
      const { items, next } = pageOf(all, query);
      const datasets = items.map(({ resource, location }) => {
        const { id, datasetReference, labels, friendlyName } = resource;
        return { kind: 'bigquery#dataset', id, datasetReference, labels, friendlyName, location };
      });
      return { kind: 'bigquery#datasetList', etag: 'datasets', datasets, nextPageToken: next };
    },
  },
  {
    method: 'POST',
    path: /^\/datasets$/,
    body: 'IDataset',
    answer: 'IDataset',
    handle: ({ body }, context) => insert(body as Dataset, context),
  },
  {
    method: 'GET',
    path: /^\/datasets\/(?<dataset>[^/]+)$/,
    parameters: 'datasets.IGetParams',
    answer: 'IDataset',
    handle: ({ names }, { database }) => database.catalog.dataset(names['dataset']!).resource,
  },
  {
    method: 'PATCH',
    path: /^\/datasets\/(?<dataset>[^/]+)$/,
    parameters: 'datasets.IPatchParams',
    body: 'IDataset',
    answer: 'IDataset',
    handle: async ({ names, body }, { database }) => {
      const changes = body as Dataset;
      checkKnown(changes);
      if (changes.datasetReference !== undefined || changes.location !== undefined)
        throw new ApiError('invalid', 'A dataset stays where it is', 400);
      const dataset = database.catalog.dataset(names['dataset']!);
      const resource = { ...dataset.resource, ...changes, lastModifiedTime: String(Date.now()) };
      await database.change(async () => {
        dataset.resource = resource;
      }, true);
      return resource;
    },
  },
  {
    method: 'DELETE',
    path: /^\/datasets\/(?<dataset>[^/]+)$/,
    parameters: 'datasets.IDeleteParams',
    handle: async ({ names, query }, { database }) => {
      const { catalog } = database;
      const { name } = catalog.dataset(names['dataset']!);
      const tables = catalog.tables(name);
      if (tables.length > 0 && query.get('deleteContents') !== 'true')
        throw new ApiError('resourceInUse', `Dataset ${catalog.projectId}:${name} is still in use`, 400);
      for (const table of [...catalog.dataset(name).tables.values()]) await dropTable(database, table);
      await database.change(async () => catalog.removeDataset(name), true);
    },
  },
];

function checkKnown(body: Dataset): void {
  const unknown = Object.keys(body).find((key) => !KNOWN.has(key));
  if (unknown !== undefined)
    throw new ApiError('notImplemented', `The fake doesn't have ${unknown} of a dataset`);
}

async function insert(body: Dataset, { database }: Context): Promise<Dataset> {
  const { catalog } = database;
  checkKnown(body);
  const name = body.datasetReference?.datasetId ?? '';
  if (!/^\w{1,1024}$/.test(name))
    throw new ApiError(
      'invalid',
      `Invalid dataset ID "${name}". Dataset IDs must be alphanumeric (plus underscores) and must be at most 1024 characters long.`,
    );
  if (body.isCaseInsensitive === true)
    throw new ApiError('notImplemented', 'The fake has no datasets whose names are case-insensitive');
  checkLabels(body.labels);
  const location = body.location ?? 'US';
  const shown = /^(us|eu)$/i.test(location) ? location.toUpperCase() : location.toLowerCase();
  const { projectId } = catalog;
  const now = String(Date.now());
  const resource: Dataset = {
    ...body,
    kind: 'bigquery#dataset',
    etag: name,
    id: `${projectId}:${name}`,
    selfLink: `/bigquery/v2/projects/${projectId}/datasets/${name}`,
    datasetReference: { projectId, datasetId: name },
    location: shown,
    creationTime: now,
    lastModifiedTime: now,
    type: 'DEFAULT',
  };
  await database.change(async () => catalog.addDataset({ name, location: shown, resource }), true);
  return resource;
}
