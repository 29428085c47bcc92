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
  const places = placesOf(tables);
  const stored = await storedIds(session, places);
  const now = Timestamp.fromMillis(clock()).micros;
  const renamed = renamedLoadIds([...new Set([...stored.values()].flat())], now);
  if (renamed.length > 0) writer.loadIdsRenamed();
  for (let at = 0; at < renamed.length; at += IDS_A_STATEMENT) {
    const some = renamed.slice(at, at + IDS_A_STATEMENT);
    await renameIn(session, placesWith(stored, some), some);
  }
  await correctTimes(session, tables, now);
  return { renamed: renamed.length, latest: renamed.at(-1)?.from, now: loadIdOf(now) };
}

interface Place {
  readonly table: string;
  readonly column: string;
  /** When the load was written. */
  readonly time: string | undefined;
}

const TIMES: Readonly<Record<string, string>> = {
  [LOADS_TABLE]: 'inserted_at',
  [STATE_TABLE]: 'created_at',
  [LEDGER_TABLE]: 'committed_at',
};

/** Places that are asked by one statement. */
const PLACES_A_STATEMENT = 50;

/** The ids that each place has. */
async function storedIds(
  session: SqlSession,
  places: readonly Place[],
): Promise<ReadonlyMap<Place, readonly string[]>> {
  const { quote, table: qualified } = session.dialect;
  const stored = new Map<Place, string[]>();
  for (let from = 0; from < places.length; from += PLACES_A_STATEMENT) {
    const some = places.slice(from, from + PLACES_A_STATEMENT);
    const queries = some.map(
      ({ table, column }, at) =>
        `SELECT ${at} AS place, ${quote(column)} AS id FROM ${qualified(table)} WHERE ${quote(column)} IS NOT NULL GROUP BY ${quote(column)}`,
    );
    for (const { place, id } of await session.rows(queries.join(' UNION ALL '))) {
      const where = some[Number(place)]!;
      const ids = stored.get(where) ?? [];
      ids.push(String(id));
      stored.set(where, ids);
    }
  }
  return stored;
}

/** Those that have one of the ids: others are left alone. */
function placesWith(
  stored: ReadonlyMap<Place, readonly string[]>,
  renamed: ReturnType<typeof renamedLoadIds>,
): readonly Place[] {
  const ids = new Set(renamed.map(({ from }) => from));
  return [...stored].flatMap(([place, has]) => (has.some((id) => ids.has(id)) ? [place] : []));
}

/** Where load ids are stored. */
function placesOf(tables: ActualTables): Place[] {
  const places: Place[] = [];
  for (const [table, columns] of tables) {
    const column = table === LOADS_TABLE || table === LEDGER_TABLE ? 'load_id' : LOAD_ID;
    if (columns.some(({ name }) => name === column)) places.push({ table, column, time: TIMES[table] });
  }
  return places;
}

async function renameIn(
  session: SqlSession,
  places: readonly Place[],
  renamed: ReturnType<typeof renamedLoadIds>,
): Promise<void> {
  const { quote, table: qualified, columnType, instant } = session.dialect;
  const textType = columnType({ name: 'id', data_type: 'text' });
  const row = `SELECT CAST(? AS ${textType}) AS old_id, CAST(? AS ${textType}) AS new_id, ${instant('?')} AS renamed_at`;
  const ids = quote(
    await session.stage(
      'ids',
      renamed.map(() => row).join(' UNION ALL '),
      renamed.flatMap(({ from, to }) => [from, to, new Timestamp(microsOfLoadId(to)).toString()]),
    ),
  );
  for (const { table, column, time } of places) {
    // by its time a load is put in order, too
    const at = time === undefined ? '' : `, ${quote(time)} = _dlt_ids.renamed_at`;
    await session.run(
      `UPDATE ${qualified(table)} AS _dlt_t SET ${quote(column)} = _dlt_ids.new_id${at} FROM ${ids} AS _dlt_ids WHERE _dlt_ids.old_id = _dlt_t.${quote(column)}`,
    );
  }
}

/** Runs that ended without a load have no id. */
async function correctTimes(session: SqlSession, tables: ActualTables, now: bigint): Promise<void> {
  const { table: qualified, instant } = session.dialect;
  if (!tables.has(LEDGER_TABLE)) return;
  const at = new Timestamp(now).toString();
  await session.run(
    `UPDATE ${qualified(LEDGER_TABLE)} SET committed_at = ${instant('?')} WHERE load_id IS NULL AND committed_at > ${instant('?')}`,
    [at, at],
  );
}
