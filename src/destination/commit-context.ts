import type { StagedTables } from '../normalize';
import { descendantsOf, LOAD_ID, type StoredSchema, type TableSchema } from '../schema';
import { countRows, type TableTally } from './counts';
import type { ActualTables, SqlSession } from './sql';
import type { LoadPackage } from './types';

/** What every step of one commit works with, once the load id is drawn and the schema is final. */
export interface CommitContext {
  readonly session: SqlSession;
  readonly load: LoadPackage;
  /** The schema that this commit stores. */
  readonly schema: StoredSchema;
  /** The tables as the commit found them. */
  readonly before: ActualTables;
  readonly loadId: string;
  /** Microseconds since the epoch at which this commit takes place. */
  readonly at: bigint;
  readonly tally: TableTally;
  /** A name for a temporary table that isn't taken. */
  temporaryName(purpose: string): string;
  /** Whether there are rows for a root table that nobody took yet: they are written once, however many resources feed it. */
  takeRows(root: string): boolean;
  /** Chunks of a table that are to be written. */
  chunks: StagedTables['chunks'];
}

/** The context of a commit whose parts are known. */
export function commitContext(
  parts: Omit<CommitContext, 'tally' | 'temporaryName' | 'takeRows'>,
): CommitContext {
  const taken = new Set<string>();
  let temporary = 0;
  return {
    ...parts,
    tally: new Map(),
    temporaryName: (purpose) => `tidemark_${purpose}_${++temporary}`,
    takeRows(root) {
      const rows = parts.load.staged.tables.find((staged) => staged.name === root)?.rows ?? 0;
      if (rows === 0 || taken.has(root)) return false;
      taken.add(root);
      return true;
    },
  };
}

/** A root table and everything below it that exists, parents before their children. */
export interface TableTree {
  readonly root: TableSchema;
  readonly tables: readonly TableSchema[];
}

/** What one resource does to one of its root tables: all removals of a load come before all insertions. */
export interface TableWork {
  remove(): Promise<void>;
  insert(): Promise<void>;
}

/** The tree of a root table, with those tables that the database has after the schema was applied. */
export function treeOf(context: CommitContext, root: TableSchema): TableTree {
  const exists = (table: TableSchema): boolean => isStored(context, table.name);
  return { root, tables: [root, ...descendantsOf(context.schema, root.name)].filter(exists) };
}

/** Whether the database has a table at this point of the commit. */
export function isStored(context: CommitContext, table: string): boolean {
  if (context.before.has(table)) return true;
  const { columns, 'x-normalizer': normalizer } = context.schema.tables[table] ?? { columns: {} };
  return (
    normalizer?.['seen-data'] === true &&
    Object.values(columns).some((column) => column.data_type !== undefined)
  );
}

/** Rows of a table in this load. */
export function stagedRows(context: CommitContext, table: string): number {
  return context.load.staged.tables.find((staged) => staged.name === table)?.rows ?? 0;
}

/** The staged rows of a tree, written without further ado. */
export async function appendAll(context: CommitContext, tree: TableTree): Promise<void> {
  for (const table of tree.tables) {
    if (stagedRows(context, table.name) === 0) continue;
    const target = { table: table.name, temporary: false, constants: { [LOAD_ID]: context.loadId } };
    const inserted = await context.session.append(target, context.chunks(table.name));
    countRows(context.tally, table.name, { inserted });
  }
}
