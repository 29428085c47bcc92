import { rowsOf } from '../../src/conformance/check';
import type { Dataset } from '../../src/destination';

/** Ids that are drawn anew for each load. */
const DRAWN = ['_dlt_id', '_dlt_load_id', '_dlt_parent_id', '_dlt_root_id'];

/** What loads have left, in a form that two undisturbed runs share: rows without drawn ids, state, the ledger, what waits. */
export async function dump(dataset: Dataset): Promise<Record<string, unknown>> {
  const tables = await dataset.tables();
  const rows: Record<string, unknown> = {};
  for (const [table, columns] of tables) {
    if (table.startsWith('_')) continue;
    const kept = columns.filter((column) => !DRAWN.includes(column)).sort();
    rows[table] = await rowsOf(
      dataset,
      `SELECT ${kept.join(', ')} FROM ${table} ORDER BY ${kept.join(', ')}`,
    );
  }
  const [orphans] = await rowsOf(
    dataset,
    'SELECT count(*) AS n FROM items__tags WHERE _dlt_parent_id NOT IN (SELECT _dlt_id FROM items)',
  );
  const { state } = await dataset.snapshot('check');
  return {
    rows,
    orphans: orphans?.['n'],
    state: state?.sources?.['check'],
    ledger: (await dataset.ledger()).map(({ load_key, rows: count, status }) => ({
      load_key,
      rows: count,
      status,
    })),
    loads: await rowsOf(dataset, 'SELECT schema_name, status FROM _dlt_loads ORDER BY load_id'),
    claims: await rowsOf(dataset, 'SELECT count(*) AS n FROM _tidemark_claims'),
    versions: await rowsOf(dataset, 'SELECT schema_name FROM _dlt_version ORDER BY inserted_at'),
  };
}
