import { type Bytes, Fields } from './wire';

/*
 * What resolved statements do to the tables that the next ones may name, by the numbers of fields in GoogleSQL's resolved tree.
 */

/** Encoded types by the names of columns, in their order. */
export type Columns = ReadonlyMap<string, Bytes>;

/** What a statement changes. */
export type Effect =
  | {
      readonly does: 'create';
      readonly path: readonly string[];
      readonly temporary: boolean;
      readonly columns: Columns;
    }
  | { readonly does: 'add' | 'retype'; readonly path: readonly string[]; readonly columns: Columns }
  | { readonly does: 'drop'; readonly path: readonly string[] };

const CREATE_TEMP = 3;

const QUERY = 38;
const CREATE = 39;
const DROP = 50;
const ALTER = 114;

/** The columns of a query's result, by their numbers since names may be twice there. */
export function outputOf(statement: Fields): readonly (readonly [name: string, type: Bytes])[] {
  return (statement.at(QUERY)?.all(2) ?? []).map(outputColumn);
}

export function effectsOf(statement: Fields): readonly Effect[] {
  const drop = statement.at(DROP);
  if (drop !== undefined) return [{ does: 'drop', path: drop.texts(4) }];
  const alter = statement.at(ALTER, 115, 1);
  if (alter !== undefined) return alter.all(3).flatMap((action) => altered(alter.texts(2), action));
  const asSelect = statement.at(CREATE, 106, 40);
  const table = asSelect?.at(1) ?? statement.at(CREATE, 106, 90, 1);
  const creation = table?.at(1);
  if (table === undefined || creation === undefined) return [];
  const columns = new Map(
    asSelect === undefined ? table.all(3).map(definition) : asSelect.all(2).map(outputColumn),
  );
  return [{ does: 'create', path: creation.texts(2), temporary: creation.whole(5) === CREATE_TEMP, columns }];
}

function altered(path: readonly string[], action: Fields): readonly Effect[] {
  const added = action.at(131, 3);
  if (added !== undefined) return [{ does: 'add', path, columns: new Map([definition(added)]) }];
  const retyped = action.at(201, 181);
  if (retyped === undefined) return [];
  return [{ does: 'retype', path, columns: new Map([[retyped.at(1)!.texts(3)[0]!, retyped.bytes(4)[0]!]]) }];
}

/** ResolvedOutputColumnProto */
const outputColumn = (output: Fields): readonly [string, Bytes] => [
  output.texts(2)[0] ?? '',
  output.at(3)!.bytes(4)[0]!,
];

/** ResolvedColumnDefinitionProto */
const definition = (column: Fields): readonly [string, Bytes] => [column.texts(2)[0]!, column.bytes(3)[0]!];

/** A type as it is encoded. */
export const typeFields = (type: Bytes): Fields => new Fields(type);
