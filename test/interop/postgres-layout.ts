import { check } from './checks';
import { type Ground, Turns } from './turns';

const UNIQUE = `SELECT conrelid::regclass::text AS "table", pg_get_constraintdef(oid) AS rule FROM pg_constraint
  WHERE contype = 'u' AND connamespace = 'shop_data'::regnamespace ORDER BY 1`;

const ID_INDEXES = `SELECT t.relname AS "table", count(*) AS n FROM pg_index i
  JOIN pg_class t ON t.oid = i.indrelid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
  WHERE t.relnamespace = 'shop_data'::regnamespace AND a.attname = '_dlt_id' GROUP BY 1 ORDER BY 1`;

const columnsIn = (schema: string): string =>
  `SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = '${schema}'
   AND table_name LIKE 'items%' ORDER BY table_name, column_name`;

const row = (id: number, more: object = {}): unknown => ({
  id,
  lines: [{ sku: `s${id}`, tags: ['t'] }],
  ...more,
});

/** What only Postgres has: constraints and indexes on row ids, and the schema in which dlt stages a merge. */
export async function layoutOfPostgres(ground: Ground): Promise<void> {
  const turns = await Turns.begin(ground, {
    source: 'shop',
    resource: 'items',
    hints: { write_disposition: 'merge', primary_key: 'id' },
  });
  await turns.dlt([row(1), row(2)], 'kept');
  const tables = ['_dlt_pipeline_state', 'items', 'items__lines', 'items__lines__tags'];
  const unique = tables.map((table) => ({ table, rule: 'UNIQUE (_dlt_id)' }));
  check('postgres: dlt makes row ids unique', await turns.query(UNIQUE), unique);

  await turns.tidemark([row(2, { fresh: 1 }), row(3)]);
  check('postgres: row ids stay unique when tidemark merges', await turns.query(UNIQUE), unique);
  check(
    "postgres: tidemark finds rows by dlt's indexes and makes no second one",
    await turns.query(ID_INDEXES),
    tables.map((table) => ({ table, n: 1 })),
  );

  await turns.dlt([row(3, { other: true }), row(4)], 'kept');
  check(
    'postgres: all rows are there once',
    await turns.query('SELECT id, fresh, other FROM items ORDER BY id'),
    [
      { id: 1, fresh: null, other: null },
      { id: 2, fresh: 1, other: null },
      { id: 3, fresh: null, other: true },
      { id: 4, fresh: null, other: null },
    ],
  );
  check(
    "postgres: dlt's staging tables follow",
    await turns.query(columnsIn('shop_data_staging')),
    await turns.query(columnsIn('shop_data')),
  );
  turns.remove();
}
