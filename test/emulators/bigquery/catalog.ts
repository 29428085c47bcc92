import { ApiError } from './api-error';
import type { Dataset, Table } from './rest-types';
import type { Column } from './sql/types';

/** A table as the fake keeps it: its rows are in DuckDB under another name, since DuckDB's names don't tell case. */
export interface StoredTable {
  readonly dataset: string;
  readonly name: string;
  /** Its name in DuckDB. */
  readonly duckName: string;
  columns: readonly Column[];
  /** What the API says of it besides columns and counts. */
  resource: Table;
  /** An estimate that DML and loads keep: statistics are drawn from it. */
  rows: number;
}

interface StoredDataset {
  readonly name: string;
  readonly location: string;
  resource: Dataset;
  readonly tables: Map<string, StoredTable>;
}

/** All datasets and tables of the project. Names are case-sensitive. */
export class Catalog {
  readonly #datasets = new Map<string, StoredDataset>();
  #made = 0;

  constructor(readonly projectId: string) {}

  datasets(): readonly StoredDataset[] {
    return [...this.#datasets.values()];
  }

  find(dataset: string): StoredDataset | undefined {
    return this.#datasets.get(dataset);
  }

  /** @throws ApiError notFound, also where it is in another location */
  dataset(name: string, location?: string): StoredDataset {
    const found = this.#datasets.get(name);
    const shown = `Not found: Dataset ${this.projectId}:${name}`;
    if (found === undefined)
      throw new ApiError(
        'notFound',
        location === undefined ? shown : `${shown} was not found in location ${location}`,
      );
    if (location !== undefined && found.location.toLowerCase() !== location.toLowerCase())
      throw new ApiError('notFound', `${shown} was not found in location ${location}`);
    return found;
  }

  /** @throws ApiError notFound */
  table(dataset: string, name: string, location?: string): StoredTable {
    const { tables } = this.dataset(dataset, location);
    const found = tables.get(name);
    const expires = Number(found?.resource.expirationTime ?? Number.POSITIVE_INFINITY);
    if (found === undefined || expires <= Date.now())
      throw new ApiError('notFound', `Not found: Table ${this.projectId}:${dataset}.${name}`);
    return found;
  }

  /** The table, undefined if there is none or it has expired. @throws ApiError notFound for the dataset */
  findTable(dataset: string, name: string, location?: string): StoredTable | undefined {
    this.dataset(dataset, location);
    try {
      return this.table(dataset, name, location);
    } catch {
      return undefined;
    }
  }

  tables(dataset: string): readonly StoredTable[] {
    const { tables } = this.dataset(dataset);
    return [...tables.values()]
      .filter(({ name }) => this.findTable(dataset, name) !== undefined)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  addDataset(dataset: Omit<StoredDataset, 'tables'>): void {
    if (this.#datasets.has(dataset.name))
      throw new ApiError('duplicate', `Already Exists: Dataset ${this.projectId}:${dataset.name}`);
    this.#datasets.set(dataset.name, { ...dataset, tables: new Map() });
  }

  removeDataset(name: string): void {
    this.#datasets.delete(name);
  }

  /** A name for DuckDB that no table has had. */
  nextName(): string {
    return `t${++this.#made}`;
  }

  addTable(table: StoredTable): void {
    this.dataset(table.dataset).tables.set(table.name, table);
  }

  removeTable({ dataset, name }: Pick<StoredTable, 'dataset' | 'name'>): void {
    this.#datasets.get(dataset)?.tables.delete(name);
  }

  /** All of it as text, to be kept in DuckDB's file. */
  toText(): string {
    const datasets = this.datasets().map((dataset) => ({ ...dataset, tables: [...dataset.tables.values()] }));
    return JSON.stringify({ made: this.#made, datasets });
  }

  fromText(text: string): void {
    const { made, datasets } = JSON.parse(text) as {
      made: number;
      datasets: (Omit<StoredDataset, 'tables'> & { tables: StoredTable[] })[];
    };
    this.#made = made;
    for (const dataset of datasets)
      this.#datasets.set(dataset.name, {
        ...dataset,
        tables: new Map(dataset.tables.map((table) => [table.name, table])),
      });
  }
}

/** How a table is named in errors. */
export const shownTable = (
  projectId: string,
  { dataset, name }: Pick<StoredTable, 'dataset' | 'name'>,
): string => `${projectId}:${dataset}.${name}`;

/** How a table is known to transactions. */
export const tableKey = ({ duckName }: Pick<StoredTable, 'duckName'>): string => duckName;

/** What a full read of a table is billed for: eight bytes a value, by the estimate of its rows. */
export const bytesOf = ({ rows, columns }: Pick<StoredTable, 'rows' | 'columns'>): number =>
  Math.max(0, rows) * columns.length * 8;
