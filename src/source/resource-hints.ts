import type { BoundIncremental } from '../incremental';
import type { BigQueryHints } from '../schema';
import { withoutUndefined } from '../value';
import { bigqueryHints } from './bigquery-options';
import type {
  ColumnDataType,
  ColumnHint,
  KeyHint,
  MergeStrategyName,
  SchemaContractHint,
  SchemaContractMode,
  WriteDisposition,
} from './hints';
import type { PreparedSource } from './prepared-source';
import type { ResourceDefinition } from './types';

/** A column hint in dlt's spelling, as the schema stores it. */
type StoredColumnHint = {
  data_type?: ColumnDataType;
  nullable?: boolean;
  precision?: number;
  scale?: number;
  timezone?: boolean;
  description?: string;
  unique?: boolean;
  hard_delete?: boolean;
  dedup_sort?: 'asc' | 'desc';
  partition?: boolean;
  cluster?: boolean;
};

type StoredContractMode = 'evolve' | 'freeze' | 'discard_row' | 'discard_value';
interface StoredContract {
  tables?: StoredContractMode;
  columns?: StoredContractMode;
  data_type?: StoredContractMode;
  names?: StoredContractMode;
}

/** The hints of a resource as normalizing reads them: names in the source's spelling, contract modes in dlt's. */
interface EngineHints {
  readonly name: string;
  readonly tableName: string | ((item: unknown) => string) | undefined;
  readonly primaryKey: readonly string[] | undefined;
  readonly mergeKey: readonly string[] | undefined;
  readonly writeDisposition: 'append' | 'replace' | 'merge';
  readonly mergeStrategy: MergeStrategyName | undefined;
  readonly scd2:
    | {
        readonly validityColumnNames: readonly [string, string] | undefined;
        readonly boundaryTimestamp: string | undefined;
      }
    | undefined;
  readonly columns: Readonly<Record<string, StoredColumnHint>> | undefined;
  readonly maxTableNesting: number | undefined;
  readonly sourceMaxTableNesting: number | undefined;
  readonly schemaContract: StoredContract | StoredContractMode | undefined;
  readonly rootKey: boolean;
  readonly incrementalColumns: readonly string[];
  readonly bigquery: BigQueryHints | undefined;
}

interface EngineHintsOptions {
  readonly source: Pick<PreparedSource, 'rootKey' | 'maxTableNesting' | 'schemaContract'>;
  readonly incrementals?: readonly Pick<BoundIncremental, 'cursorColumn'>[];
  /** Of the run: replaces that of the resource. */
  readonly writeDisposition?: WriteDisposition | undefined;
}

/** The columns of a key hint as a list. */
export const keyColumns = (key: KeyHint | undefined): readonly string[] | undefined =>
  typeof key === 'string' ? [key] : key;

/** The hints of a resource in a run. */
export function engineHints(definition: ResourceDefinition, options: EngineHintsOptions): EngineHints {
  const { settings } = definition;
  const { source, incrementals = [] } = options;
  const written = options.writeDisposition ?? settings.writeDisposition ?? 'append';
  const merge = typeof written === 'string' ? undefined : written;
  const columns =
    settings.columns && Object.entries(settings.columns).map(([name, hint]) => [name, storedHint(hint)]);
  return {
    name: definition.name,
    tableName: settings.tableName,
    primaryKey: keyColumns(settings.primaryKey),
    mergeKey: keyColumns(settings.mergeKey),
    writeDisposition: typeof written === 'string' ? written : written.disposition,
    mergeStrategy: merge?.strategy,
    scd2:
      merge?.strategy === 'scd2'
        ? { validityColumnNames: merge.validityColumnNames, boundaryTimestamp: merge.boundaryTimestamp }
        : undefined,
    columns: columns && Object.fromEntries(columns),
    maxTableNesting: settings.maxTableNesting,
    sourceMaxTableNesting: source.maxTableNesting,
    schemaContract: storedContract(settings.schemaContract ?? source.schemaContract),
    rootKey: source.rootKey,
    incrementalColumns: incrementals.flatMap(({ cursorColumn }) =>
      cursorColumn === undefined ? [] : [cursorColumn],
    ),
    bigquery: bigqueryHints(settings.bigquery),
  };
}

/** Without the fields that the hint leaves open: it is merged with what is known of the column already. */
function storedHint({ dataType, hardDelete, dedupSort, ...same }: ColumnHint): StoredColumnHint {
  return withoutUndefined({ ...same, data_type: dataType, hard_delete: hardDelete, dedup_sort: dedupSort });
}

function storedMode(mode: SchemaContractMode): StoredContractMode {
  if (mode === 'discardRow') return 'discard_row';
  return mode === 'discardValue' ? 'discard_value' : mode;
}

function storedContract(
  contract: SchemaContractHint | undefined,
): StoredContract | StoredContractMode | undefined {
  if (contract === undefined || typeof contract === 'string') return contract && storedMode(contract);
  const { tables, columns, names } = contract;
  const dataType = contract.dataType ?? contract.data_type;
  return withoutUndefined({
    tables: tables && storedMode(tables),
    columns: columns && storedMode(columns),
    data_type: dataType && storedMode(dataType),
    names: names && storedMode(names),
  });
}
