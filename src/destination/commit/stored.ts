import type { LedgerFilter, LedgerRow } from '../../ledger';
import type { ColumnSchema, StoredSchema } from '../../schema';
import type { PipelineState } from '../../state';
import type { Attempt, Claim, CommittedLoad } from '../types';
import type { Count } from './later-number';

/** A column as the database has it. */
export interface ActualColumn {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

/** The dataset's tables as the database has them, by name; columns in their order. */
export type ActualTables = ReadonlyMap<string, readonly ActualColumn[]>;

/** What planning must know of the types and names of a destination. */
export interface TypeRules {
  /** The type that an existing column must be given to hold the schema's; undefined if it can stay as it is. */
  widenedType(actual: string, column: ColumnSchema): string | undefined;
  /** The schema's type that holds a column of the database; undefined if there is none. */
  dataType(actual: string): ColumnSchema['data_type'];
  /** The most characters of a name: longer ones were shortened when the load was made. @default as many as wanted */
  readonly maxNameLength?: number | undefined;
  /** The most bytes of UTF-8 that a name of a table or column may have. @default as many as wanted */
  readonly maxNameBytes?: number | undefined;
}

/** What a dataset keeps about the loads of one source, as of one moment. */
export interface StoredFacts {
  /** The newest schema of the source. */
  readonly schema: StoredSchema | undefined;
  readonly state: PipelineState | undefined;
  /** By resource; one that isn't listed is in generation 0. */
  readonly generations: Readonly<Record<string, number>>;
  /** Greatest load id of any table that has one, as text. */
  readonly lastLoadId: string | undefined;
  readonly datasetId: string | undefined;
}

/** Whose facts are read. */
export interface FactsOf {
  readonly pipeline: string;
  /** The source's name. */
  readonly schemaName: string;
}

/** Reads the facts of a dataset one by one. */
export interface FactReader {
  schema(name: string): Promise<StoredFacts['schema']>;
  state(pipeline: string): Promise<StoredFacts['state']>;
  generations(source: string): Promise<StoredFacts['generations']>;
  lastLoadId(): Promise<StoredFacts['lastLoadId']>;
  datasetId(): Promise<StoredFacts['datasetId']>;
}

/** Reads what a dataset keeps about its loads. A table that isn't there yet holds nothing. */
export interface StoredReader extends FactReader {
  /** All facts, as of one moment where they are read in one transaction. */
  facts(of: FactsOf): Promise<StoredFacts>;
  /** The names of all schemas but one. */
  otherSchemaNames(name: string): Promise<readonly string[]>;
  /** Those of the load keys that were committed. */
  findLoads(loadKeys: readonly string[]): Promise<ReadonlyMap<string, CommittedLoad>>;
  /** Who holds which of the load keys. */
  holdersOf(loadKeys: readonly string[]): Promise<ReadonlyMap<string, Attempt>>;
  /** Rows in the order in which they were committed. */
  ledger(filter: LedgerFilter): Promise<readonly LedgerRow[]>;
}

/** Which ledger rows are marked as superseded: what was loaded of a resource, or only the loads of `loadKeys`. */
export interface Superseded {
  readonly source: string;
  readonly resource: string;
  readonly loadKeys?: readonly string[] | undefined;
}

/** Claims by their age, in microseconds since the epoch. */
export interface OldClaims {
  /** Those of closed runs. */
  readonly closedBefore: bigint;
  readonly anyBefore: bigint;
}

/** A row of the ledger as it is written: how many rows a load wrote may be known to the database alone. */
export interface WrittenLedgerRow extends Omit<LedgerRow, 'rows' | 'bytes_billed' | 'slot_ms'> {
  readonly rows: Count;
  readonly bytes_billed?: Count;
  readonly slot_ms?: Count;
}

/** Writes the rows that a dataset keeps about its loads, within a transaction. Instants are microseconds since the epoch. */
export interface StoredWriter {
  load(row: { readonly loadId: string; readonly schema: StoredSchema; readonly at: bigint }): Promise<void>;
  state(row: { readonly loadId: string; readonly state: PipelineState; readonly at: bigint }): Promise<void>;
  /** @param row `newest` is the time of the newest version that is stored. @default it is asked for */
  schema(row: {
    readonly schema: StoredSchema;
    readonly at: bigint;
    readonly newest?: bigint | undefined;
  }): Promise<void>;
  ledger(rows: readonly WrittenLedgerRow[]): Promise<void>;
  supersede(of: Superseded): Promise<void>;
  /** Of keys that nobody holds. */
  claims(claims: readonly Claim[], at: bigint): Promise<void>;
  dropClaim(loadKey: string): Promise<void>;
  /** Those of a workflow run. */
  dropClaimsOf(run: Pick<Attempt, 'workflowId' | 'runId'>): Promise<void>;
  /** Those that fence nobody any more. @returns how many there were */
  dropOldClaims(of: OldClaims): Promise<Count>;
  /** Told when load ids are renamed. */
  loadIdsRenamed(): void;
  /** Told when rows of any of its tables were written past it. */
  rewritten(): void;
  /** Draws the id of the dataset; once. */
  datasetId(at: bigint): Promise<void>;
}

/** What only the data tables themselves can tell, asked where it decides. */
export interface DataReader {
  /** Whether a stored integer column holds a value that a double can't. */
  holdsBeyondDouble(table: string, column: string): Promise<boolean>;
  /** The loads from `from` on, in the order of their ids, of which the root table has rows. */
  loadsIn(table: string, from: string): Promise<readonly string[]>;
  /** The greatest value that a load has in a column of a root table; undefined if it has none. */
  greatestOf(loadId: string, table: string, column: string): Promise<unknown>;
}
