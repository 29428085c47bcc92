import { descendantsOf, type StoredSchema, type TableSchema } from '../../schema';
import { resourcesOf, rootTablesOf, withoutResources } from './owners';
import type { OwnRows, TableTree } from './plan';
import type { ActualTables } from './stored';

/** Which tables of a source go with some of its resources. */
export interface PlannedDrop {
  /** The newest schema without what goes: draw a new version of it where it is another object. */
  readonly schema: StoredSchema;
  /** Trees of tables that nobody else writes. */
  readonly whole: readonly TableTree[];
  /** Tables that others write, too: only these rows go, as with a full refresh. */
  readonly shared: readonly { readonly tree: TableTree; readonly own: readonly OwnRows[] }[];
}

interface Dropping {
  /** The newest of the source. */
  readonly schema: StoredSchema;
  /** The dataset's tables. */
  readonly tables: ActualTables;
  readonly resources: readonly string[];
  /** Names of tables that are in schemas of other sources, too. */
  readonly elsewhere: ReadonlySet<string>;
}

/** Decides what becomes of the tables of resources that are dropped. Reads and changes nothing. */
export function planDrop({ schema, tables, resources, elsewhere }: Dropping): PlannedDrop {
  const whole: TableTree[] = [];
  const shared: { tree: TableTree; own: OwnRows[] }[] = [];
  const kept: Record<string, TableSchema> = { ...schema.tables };
  const roots = new Set(
    resources.flatMap((resource) => rootTablesOf(schema, { resource, tables: [] }).map(({ name }) => name)),
  );
  for (const name of roots) {
    const root = schema.tables[name]!;
    const all = [root, ...descendantsOf(schema, name)];
    const tree = treeOf(root, all, tables);
    const others = resourcesOf(root).filter((writer) => !resources.includes(writer));
    if (others.length > 0) kept[name] = withoutResources(root, resources);
    else for (const table of all) delete kept[table.name];
    if (others.length === 0 && !all.some((table) => elsewhere.has(table.name))) whole.push(tree);
    else if (tree.before.has(name)) shared.push({ tree, own: ownRows(schema, root, resources) });
  }
  return { schema: roots.size === 0 ? schema : { ...schema, tables: kept }, whole, shared };
}

function treeOf(root: TableSchema, all: readonly TableSchema[], actual: ActualTables): TableTree {
  const tables = all.filter(({ name }) => actual.has(name));
  return { root, tables, before: new Set(tables.map(({ name }) => name)) };
}

const ownRows = ({ name }: StoredSchema, root: TableSchema, dropped: readonly string[]): OwnRows[] =>
  resourcesOf(root)
    .filter((resource) => dropped.includes(resource))
    .map((resource) => ({ source: name, resource, unknownToo: root.resource === resource }));
