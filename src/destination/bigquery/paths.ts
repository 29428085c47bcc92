/** Where the REST API of a project has a dataset. */
export const datasetPath = (dataset: string): string => `datasets/${encodeURIComponent(dataset)}`;

export const tablesPath = (dataset: string): string => `${datasetPath(dataset)}/tables`;

export const tablePath = (dataset: string, table: string): string =>
  `${tablesPath(dataset)}/${encodeURIComponent(table)}`;
