import { TidemarkError } from '../errors';
import {
  type ColumnSchema,
  type ContractMode,
  type DataType,
  isSystemName,
  type NamingRules,
  type ResolvedContract,
} from '../schema';
import { ownField } from '../value';
import { convert, DECIMAL_PRECISION, DECIMAL_SCALE } from './convert';
import { fits, parseDecimal } from './decimal-text';
import { parseIsoTimestamp } from './iso-time';
import { jsonText } from './json-text';
import { RowFault } from './row-fault';
import type { StagingArea } from './staging-area';
import { type Stored, storedScalar } from './stored-value';
import { type TableBuffer, type TableColumn, targetOf } from './table-buffer';
import { noData, valueType } from './value-type';

/** What a schema contract lets a table become, and what hints say of its columns. */
export interface TableRules {
  readonly contract: ResolvedContract;
  /** Whether this load created the table; a new table takes any column. */
  readonly isNew: boolean;
  /** Columns whose type hints gave. */
  readonly declared: ReadonlySet<string>;
  /** Keys of the table's own rows that hints name, in the source's spelling. */
  readonly spelled: ReadonlySet<string>;
}

/** What came of a value: kept, left out, or a reason to leave out its row. */
type CellOutcome = 'kept' | 'discard-value' | 'discard-row';

const SHOWN_CHARACTERS = 100;

/**
 * Puts values into columns: creates the column for the first one, converts later ones, widens the column or moves the
 * value to a variant where it doesn't go, and asks the schema contract before any of that changes the schema.
 */
export class CellWriter {
  readonly #detectsTimestamps: boolean;
  readonly #naming: NamingRules;
  readonly #changes: string[];

  /** @param changes Takes a sentence for each change of the schema. */
  constructor({ schema, naming }: Pick<StagingArea, 'schema' | 'naming'>, changes: string[]) {
    const { detections } = schema.settings;
    this.#detectsTimestamps = Array.isArray(detections) && detections.includes('iso_timestamp');
    this.#naming = naming;
    this.#changes = changes;
  }

  /** Writes a value of the row that `table` is at; `found` gets the column that the name now has. */
  write(table: TableBuffer, rules: TableRules, name: string, value: unknown): CellOutcome {
    const type = valueType(value);
    if (type === undefined) {
      if (noData(value) !== undefined) throw new RowFault();
      return this.#writeNull(table, name);
    }
    const stored = type === 'json' ? jsonText(value) : storedScalar(value, type);
    return this.#place(table, rules, name, stored, type);
  }

  #writeNull(table: TableBuffer, name: string): CellOutcome {
    const column = table.columns.get(name);
    if (column?.schema.nullable === false)
      throw new TidemarkError(
        'NULL_IN_NOT_NULL',
        `A row of table "${table.schema.name}" has null in column "${name}", which is declared not null or part of a key.` +
          ' Leave such rows out with filter, or declare the column with nullable: true.',
        { details: { table: table.schema.name, column: name } },
      );
    // A key that comes twice in one row: the later null wins.
    column?.buffer.clear(table.rows);
    return 'kept';
  }

  #place(table: TableBuffer, rules: TableRules, name: string, stored: Stored, type: DataType): CellOutcome {
    const known = table.columns.get(name);
    if (known === undefined) return this.#create(table, rules, name, stored, type);
    const converted = convert(stored, type, targetOf(known));
    if (converted !== undefined) {
      table.put(known, converted);
      return 'kept';
    }
    const wider = widerType(known, columnType(stored, type));
    const refusal = rules.contract.dataType;
    if (wider !== undefined) {
      if (refusal !== 'evolve')
        return refused(refusal, table, name, stored, `change from ${known.schema.data_type} to ${wider}`);
      this.#changes.push(
        `column ${table.schema.name}.${name} widened from ${known.schema.data_type} to ${wider}`,
      );
      table.widen(known, wider);
      return this.#place(table, rules, name, stored, type);
    }
    return this.#placeVariant(table, rules, name, stored, type);
  }

  #placeVariant(
    table: TableBuffer,
    rules: TableRules,
    name: string,
    stored: Stored,
    from: DataType,
  ): CellOutcome {
    const type = columnType(stored, from);
    const variant = this.#naming.join([name, `v_${type}`]);
    const held = type === from ? stored : String(stored);
    const known = table.columns.get(variant);
    // The row may bring a key of the variant's name: its value was written first.
    if (known?.buffer.has(table.rows) === true)
      return this.#placeVariant(table, rules, variant, stored, from);
    if (known !== undefined) return this.#place(table, rules, variant, held, type);
    if (rules.contract.dataType !== 'evolve')
      return refused(rules.contract.dataType, table, name, stored, `take a value of type ${type}`);
    const description = `Variant of column ${variant} generated by dlt`;
    const schema: ColumnSchema = {
      name: variant,
      data_type: type,
      nullable: true,
      variant: true,
      description,
    };
    this.#changes.push(
      `new column ${table.schema.name}.${variant} (${type}), for values that ${name} cannot hold`,
    );
    table.schema.columns[variant] = schema;
    table.put(table.add(schema, true), held);
    return 'kept';
  }

  #create(table: TableBuffer, rules: TableRules, name: string, stored: Stored, from: DataType): CellOutcome {
    const mode = rules.contract.columns;
    if (mode !== 'evolve' && !rules.isNew && !isSystemName(name))
      return refused(mode, table, name, stored, 'be added');
    const held = columnType(stored, from);
    const detected =
      held === 'text' && this.#detectsTimestamps && parseIsoTimestamp(String(stored)) !== undefined;
    const hint = ownField(table.schema.columns, name);
    const schema: ColumnSchema = { nullable: true, ...hint, name, data_type: detected ? 'timestamp' : held };
    // A hint without type has its place in the table from the first value on.
    delete table.schema.columns[name];
    table.schema.columns[name] = schema;
    this.#changes.push(`new column ${table.schema.name}.${name} (${schema.data_type})`);
    table.add(schema, false);
    return this.#place(table, rules, name, stored, from);
  }
}

/** The type of a column that a value is the first of: numbers beyond what a database holds are kept as their text. */
function columnType(stored: Stored, type: DataType): DataType {
  if (type !== 'decimal' && type !== 'wei') return type;
  const number = parseDecimal(stored as string);
  const scale = type === 'wei' ? 0 : DECIMAL_SCALE;
  return number !== undefined && fits(number, DECIMAL_PRECISION, scale) ? type : 'text';
}

/** What decides whether a column may take a wider type. */
type Widenable = Pick<TableColumn, 'schema' | 'declared' | 'beyondDouble'>;

/** The type to which a value of `type` widens a column, undefined if it belongs in a variant. */
export function widerType(column: Widenable, type: DataType): DataType | undefined {
  const { data_type, variant, precision } = column.schema;
  if (column.declared || variant === true || precision !== undefined || data_type !== 'bigint')
    return undefined;
  if (type === 'wei') return 'wei';
  return type === 'double' && !column.beyondDouble ? 'double' : undefined;
}

function refused(
  mode: ContractMode,
  table: TableBuffer,
  column: string,
  stored: Stored,
  change: string,
): CellOutcome {
  if (mode === 'discard_row') return 'discard-row';
  if (mode === 'discard_value') return 'discard-value';
  const value = shown(stored);
  throw new TidemarkError(
    'CONTRACT_VIOLATION',
    `The schema contract of table "${table.schema.name}" is frozen: column "${column}" cannot ${change} for the value "${value}".` +
      ' Let it evolve, or leave such values out with discardValue or discardRow.',
    { details: { table: table.schema.name, column, value } },
  );
}

/** A value as an error shows it: its beginning. */
export function shown(stored: unknown): string {
  const text = stored instanceof Uint8Array ? `${stored.length} bytes` : String(stored);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
