import {
  bumpVersion,
  type DataType,
  type NamingRules,
  namingRules,
  type StoredSchema,
  type TableSchema,
  type TypeConflict,
  uniteSchemas,
} from '../schema';
import { ownField } from '../value';
import type { StagedTables } from './batch';
import { widerType } from './cell-writer';
import { conformChunk, targetIn } from './conform-chunk';
import { convert } from './convert';
import { readColumn } from './read-chunk';
import type { Stored } from './stored-value';

interface RebaseOptions {
  /** The schema that the load's batches fit. */
  readonly mine: StoredSchema;
  /** The newest stored schema, united with the columns that the tables really have. */
  readonly newest: StoredSchema;
  readonly staged: StagedTables;
  /** As it was given to the staging area. */
  readonly maxNameLength?: number | undefined;
  /**
   * Asked before a stored bigint column becomes double: whether it holds an integer that a double can't. Then it stays
   * bigint, and the load's fractions go to a variant.
   */
  readonly holdsBeyondDouble: (table: string, column: string) => boolean | Promise<boolean>;
}

/** A load on the newest schema: write `staged` in the types of `schema`, after the change from the stored schema to it. */
interface RebasedLoad {
  /** With version and hash drawn; the newest one itself if it has everything already. */
  readonly schema: StoredSchema;
  readonly staged: StagedTables;
}

/**
 * Puts a load on the newest stored schema, as if its rows came second: tables and columns of both, values converted
 * without loss to the type that a column has by then, columns widened as values of one load widen them, and what fits
 * neither moved to a variant. Reads the columns in conflict, so it costs nothing where no types differ.
 * Call it within the commit, whenever the newest schema isn't the one that the load began with, and whenever the load
 * widened a stored column.
 * @throws TidemarkError SCHEMA_INVALID if the schemas can't be united
 */
export async function rebaseLoad(options: RebaseOptions): Promise<RebasedLoad> {
  const { schema, conflicts } = uniteSchemas(options.newest, options.mine);
  if (conflicts.length === 0) return { schema: bumpVersion(schema), staged: options.staged };
  const naming = namingRules(options.maxNameLength);
  const variants = new Map<string, string>();
  for (const conflict of conflicts) {
    const variant = await settle(schema, conflict, { ...options, naming });
    if (variant !== undefined) variants.set(`${conflict.table}.${conflict.column}`, variant);
  }
  const { staged } = options;
  return {
    schema: bumpVersion(schema),
    staged: {
      tables: staged.tables,
      get bytes() {
        return staged.bytes;
      },
      discard: () => staged.discard(),
      async *chunks(name) {
        const table = ownField(schema.tables, name);
        for await (const chunk of staged.chunks(name))
          yield table === undefined
            ? chunk
            : conformChunk(chunk, table, (column) => variants.get(`${name}.${column}`) ?? column);
      },
    },
  };
}

/** Widens the column of the united schema, or adds a variant to it, as the load's values need; gives the variant's name. */
async function settle(
  schema: StoredSchema,
  { table: name, column, mine }: TypeConflict,
  options: RebaseOptions & { readonly naming: NamingRules },
): Promise<string | undefined> {
  const table = ownField(schema.tables, name);
  const stored = ownField(table?.columns, column);
  if (table === undefined || stored === undefined) return undefined;
  let widenable = true;
  for await (const value of stagedValues(options.staged, name, column)) {
    if (convert(value, mine, targetIn(table, column, mine)) !== undefined) continue;
    const wider = widenable
      ? widerType({ schema: stored, declared: false, beyondDouble: false }, mine)
      : undefined;
    widenable = false;
    const refused = wider === 'double' && (await options.holdsBeyondDouble(name, column));
    if (wider === undefined || refused)
      return addVariant(table, column, { type: mine, naming: options.naming });
    stored.data_type = wider;
  }
  return undefined;
}

async function* stagedValues(staged: StagedTables, table: string, name: string): AsyncIterable<Stored> {
  for await (const chunk of staged.chunks(table)) {
    const column = chunk.columns.find((candidate) => candidate.name === name);
    if (column === undefined) continue;
    for (const value of readColumn(column, chunk.rows)) if (value !== undefined) yield value;
  }
}

function addVariant(
  table: TableSchema,
  column: string,
  { type, naming }: { readonly type: DataType; readonly naming: NamingRules },
): string {
  let name = naming.join([column, `v_${type}`]);
  while (table.columns[name] !== undefined && table.columns[name]?.data_type !== type)
    name = naming.join([name, `v_${type}`]);
  table.columns[name] ??= {
    name,
    data_type: type,
    nullable: true,
    variant: true,
    description: `Variant of column ${name} generated by dlt`,
  };
  return name;
}
