import { LEDGER_TABLE } from '../../ledger';
import { LOAD_ID, LOADS_TABLE, STATE_TABLE } from '../../schema';
import { Timestamp } from '../../value';
import { type ActualTables, loadIdOf, microsOfLoadId, renamedLoadIds, type StoredWriter } from '../commit';
import type { ClockFix, ClockFixed } from '../types';
import type { SqlSession } from './transaction';

/** Load ids that are renamed by one statement. */
const IDS_A_STATEMENT = 200;

/**
 * Gives loads of a clock that was ahead ids of now, wherever an id is stored, within a transaction. Their order stays: dlt and
 * tidemark take the state of the greatest id.
 */
export async function fixClock(
  within: {
    readonly session: SqlSession;
    readonly tables: ActualTables;
    readonly writer: StoredWriter;
  },
  { clock }: ClockFix,
): Promise<ClockFixed> {
  const { session, tables, writer } = within;
  const { dialect } = session;
  const places = placesOf(tables);
  const stored = new Set<string>();
  for (const { table, column } of places)
    for (const { id } of await session.rows(
      `SELECT DISTINCT ${dialect.quote(column)} AS id FROM ${dialect.table(table)} WHERE ${dialect.quote(column)} IS NOT NULL`,
    ))
      stored.add(String(id));
  const now = Timestamp.fromMillis(clock()).micros;
  const renamed = renamedLoadIds([...stored], now);
  if (renamed.length > 0) writer.loadIdsRenamed();
  for (let at = 0; at < renamed.length; at += IDS_A_STATEMENT) {
    const some = renamed.slice(at, at + IDS_A_STATEMENT);
    await renameIn(session, places, some);
  }
  await correctTimes(session, tables, { renamed, now });
  return { renamed: renamed.length, latest: renamed.at(-1)?.from, now: loadIdOf(now) };
}

interface Place {
  readonly table: string;
  readonly column: string;
}

/** Where load ids are stored. */
function placesOf(tables: ActualTables): Place[] {
  const places: Place[] = [];
  for (const [table, columns] of tables) {
    const column = table === LOADS_TABLE || table === LEDGER_TABLE ? 'load_id' : LOAD_ID;
    if (columns.some(({ name }) => name === column)) places.push({ table, column });
  }
  return places;
}

async function renameIn(
  session: SqlSession,
  places: readonly Place[],
  renamed: ReturnType<typeof renamedLoadIds>,
): Promise<void> {
  const { quote, table: qualified, columnType } = session.dialect;
  const textType = columnType({ name: 'id', data_type: 'text' });
  const row = `SELECT CAST(? AS ${textType}) AS old_id, CAST(? AS ${textType}) AS new_id`;
  const ids = quote(
    await session.stage(
      'ids',
      renamed.map(() => row).join(' UNION ALL '),
      renamed.flatMap(({ from, to }) => [from, to]),
    ),
  );
  for (const { table, column } of places)
    await session.run(
      `UPDATE ${qualified(table)} AS t SET ${quote(column)} = ids.new_id FROM ${ids} AS ids WHERE ids.old_id = t.${quote(column)}`,
    );
}

/** When those loads were written: by that they are put in order, too. */
async function correctTimes(
  session: SqlSession,
  tables: ActualTables,
  { renamed, now }: { readonly renamed: ReturnType<typeof renamedLoadIds>; readonly now: bigint },
): Promise<void> {
  const { quote, table: qualified, instant } = session.dialect;
  for (const [table, id, time] of [
    [LOADS_TABLE, 'load_id', 'inserted_at'],
    [STATE_TABLE, LOAD_ID, 'created_at'],
    [LEDGER_TABLE, 'load_id', 'committed_at'],
  ] as const) {
    if (!tables.has(table)) continue;
    for (const { to } of renamed)
      await session.run(`UPDATE ${qualified(table)} SET ${quote(time)} = ${instant('?')} WHERE ${id} = ?`, [
        new Timestamp(microsOfLoadId(to)).toString(),
        to,
      ]);
  }
  if (!tables.has(LEDGER_TABLE)) return;
  const at = new Timestamp(now).toString();
  // runs that ended without a load
  await session.run(
    `UPDATE ${qualified(LEDGER_TABLE)} SET committed_at = ${instant('?')} WHERE load_id IS NULL AND committed_at > ${instant('?')}`,
    [at, at],
  );
}
