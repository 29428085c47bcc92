import { CLOSED_RUN } from '../../src/destination/commit';
import { coverageOf, type LedgerRow, rangeOf } from '../../src/ledger';
import { LOAD_ID, PARENT_ID, ROW_ID } from '../../src/schema';
import { storedCursor } from '../../src/state';
import { booksOf } from './books';
import { PIPELINE } from './dataset';
import { SOURCE } from './load';
import type { Run } from './runs';
import type { Server } from './server';
import { childrenOf, HISTORY, type Item, isoOf, type Kind, secondsOf, type VirtualSource } from './source';
import { Changes, type Row, type Store } from './store';

export interface World {
  readonly server: Server;
  readonly source: VirtualSource;
  readonly kinds: readonly Kind[];
  readonly runs: readonly Run[];
}

const isStored = ({ status }: LedgerRow): boolean => status === 'loaded' || status === 'superseded';

/** Who redoes a load under another key, as the rule `same-key` forbids, still does the same plan. */
const planOf = (loadKey: string): string => loadKey.split('~')[0]!;

/** Looks at each commit as it is made: at what only the order of commits shows. */
export function watchCommits({ store, wrong }: { readonly store: Store; readonly wrong: string[] }): {
  readonly committed: () => void;
  readonly count: () => number;
} {
  let commits = 0;
  let seen = new Set<LedgerRow>();
  let loads = 0;
  let states = 0;
  const generations = new Map<string, number>();
  const cursors = new Map<string, { readonly at: number; readonly generation: number }>();

  function ledgerRows(rows: readonly LedgerRow[]): void {
    for (const row of rows) {
      if (seen.has(row) || (row.status !== 'loaded' && row.status !== 'reset')) continue;
      const before = generations.get(row.resource) ?? 0;
      if (row.generation < before)
        wrong.push(
          `${row.load_key} of generation ${row.generation} was committed in generation ${before} of ${row.resource}`,
        );
      generations.set(row.resource, Math.max(before, row.generation));
    }
    seen = new Set(rows);
  }

  function stateRows(books: ReturnType<typeof booksOf>): void {
    for (const { state } of books.states.slice(states))
      for (const resource of Object.keys(state.sources?.[SOURCE]?.resources ?? {})) {
        const cursor = storedCursor(state, SOURCE, resource, 'ts');
        if (cursor === undefined) continue;
        const generation = generations.get(resource) ?? 0;
        const before = cursors.get(resource);
        const at = Number(cursor.last_value);
        if (before !== undefined && before.generation === generation && at < before.at)
          wrong.push(`the cursor of ${resource} went back from ${before.at} to ${at}`);
        cursors.set(resource, { at, generation });
      }
    states = books.states.length;
  }

  return {
    count: () => commits,
    committed() {
      commits += 1;
      const books = booksOf(new Changes(store));
      const ids = books.loads.map(({ load_id }) => load_id);
      for (let at = Math.max(loads, 1); at < ids.length; at++)
        if (ids[at]! <= ids[at - 1]!) wrong.push(`load id ${ids[at]} was committed after ${ids[at - 1]}`);
      loads = ids.length;
      ledgerRows(books.ledger);
      stateRows(books);
    },
  };
}

/** What is wrong with the ledger, claims, loads, schemas. */
export function checkBooks({ server, runs, kinds }: World): string[] {
  const wrong: string[] = [];
  const changes = new Changes(server.store);
  const { ledger, loads, claims, versions, states } = booksOf(changes);
  const stored = ledger.filter(isStored);
  const once = <T>(values: readonly T[], what: string): void => {
    for (const value of new Set(values))
      if (values.filter((one) => one === value).length > 1) wrong.push(`${what} ${value} is there twice`);
  };
  once(
    stored.map(({ load_key }) => load_key),
    'in the ledger, the load key',
  );
  once(
    claims.map(({ load_key }) => load_key),
    'the claim of',
  );
  once(
    loads.map(({ load_id }) => load_id),
    'the load',
  );
  const keys = new Set(stored.map(({ load_key }) => load_key));
  // a run that was closed keeps even a key that it had committed, unheard of
  for (const { load_key, attempt } of claims)
    if (keys.has(load_key) && attempt !== CLOSED_RUN)
      wrong.push(`${load_key} is committed and claimed still`);
  // where someone reset a run, there are two of the same plan: the other one may have loaded it all the same, and an attempt of it
  // that comes back takes the key over, and with it what keeps it from the late attempts of the one that was closed
  const byRun = new Set(stored.map(({ load_key, run_id }) => `${load_key} by ${run_id}`));
  const isReset = (key: string): boolean => runs.filter(({ loadKey }) => loadKey === key).length > 1;
  for (const { load_key, run_id, status } of ledger)
    if (status === 'failed' && !isReset(load_key) && byRun.has(`${load_key} by ${run_id}`))
      wrong.push(`${load_key} was said to have failed in ${run_id}, which committed it`);
  const plans = new Set([...keys].map(planOf));
  for (const { status, loadKey } of runs)
    if (status === 'loaded' && !plans.has(loadKey))
      wrong.push(`${loadKey} was answered as loaded, and isn't stored`);
  const ids = new Set(loads.map(({ load_id }) => load_id));
  const explained = new Set(ledger.map(({ load_id }) => load_id));
  for (const id of ids) if (!explained.has(id)) wrong.push(`no ledger row tells of the load ${id}`);
  for (const id of explained)
    if (id !== null && !ids.has(id)) wrong.push(`the load ${id} has no row of its own`);
  for (const { _dlt_load_id } of states)
    if (!ids.has(_dlt_load_id)) wrong.push(`the state of ${_dlt_load_id} has no load`);
  for (const [at, { schema }] of versions.entries()) {
    const before = versions[at - 1]?.schema;
    if (before === undefined) continue;
    if (schema.version <= before.version)
      wrong.push(`schema version ${schema.version} follows ${before.version}`);
    for (const table of Object.values(before.tables))
      for (const column of Object.keys(table.columns))
        if (schema.tables[table.name]?.columns[column] === undefined)
          wrong.push(`schema version ${schema.version} has lost ${table.name}.${column}`);
  }
  return [...wrong, ...kinds.flatMap((kind) => checkCursor(kind, ledger, states))];
}

/** Where the stored cursor of a resource is, in seconds. */
function cursorOf(states: ReturnType<typeof booksOf>['states'], { name }: Kind): number | undefined {
  const last = states.findLast(({ pipeline_name }) => pipeline_name === PIPELINE)?.state;
  const cursor = storedCursor(last, SOURCE, name, 'ts');
  return cursor === undefined ? undefined : Number(cursor.last_value);
}

/** The stored cursor is where the last load that moved it ended. */
function checkCursor(
  kind: Kind,
  ledger: readonly LedgerRow[],
  states: ReturnType<typeof booksOf>['states'],
): string[] {
  const { name } = kind;
  const own = ledger.filter(({ resource }) => resource === name);
  const generation = Math.max(0, ...own.map((row) => row.generation));
  const moved = own
    .filter((row) => isStored(row) && row.generation === generation && row.interval_start === null)
    .map(({ cursor_end }) => (cursor_end === null ? 0 : Date.parse(cursor_end) / 1000));
  const at = cursorOf(states, kind);
  const wanted = moved.length === 0 ? undefined : Math.max(...moved);
  return at === wanted ? [] : [`the cursor of ${name} is at ${at}, the ledger ends at ${wanted}`];
}

/** What is wrong with the rows. @param all whether all was loaded that is new since history, beyond what the ledger says */
export function checkRows(world: World & { readonly all?: boolean }): string[] {
  return world.kinds.flatMap((kind) => checkKind(world, kind));
}

function checkKind({ server, source, all }: World & { readonly all?: boolean }, kind: Kind): string[] {
  const wrong: string[] = [];
  const changes = new Changes(server.store);
  const { ledger, loads, states } = booksOf(changes);
  const roots = changes.rows(kind.name);
  const known = new Set(loads.map(({ load_id }) => load_id));
  const keys = new Map(ledger.map(({ load_id, load_key }) => [load_id, load_key]));
  const byId = new Map<string, Row>();
  for (const row of roots) {
    const load = row[LOAD_ID] as string;
    if (!known.has(load))
      wrong.push(`row ${row['id']} of ${kind.name} is of the load ${load}, which isn't there`);
    const id =
      kind.name === 'again' ? `${row['id']} by ${planOf(keys.get(load) ?? load)}` : String(row['id']);
    if (byId.has(id)) wrong.push(`row ${id} of ${kind.name} is there twice`);
    byId.set(id, row);
  }
  wrong.push(...checkChildren(kind, roots, changes.rows(`${kind.name}__lines`)));
  const rows = ledger.filter(({ resource }) => resource === kind.name);
  const { covered } = coverageOf(rows, { start: isoOf(0), end: isoOf(10_000) });
  const isCovered = ({ tick }: Item): boolean =>
    covered.some(({ start, end }) => {
      const at = secondsOf(tick) * 1000;
      return at >= Date.parse(start) && at < Date.parse(end);
    });
  // a run that goes on from its cursor may bring what it read before another load brought more; its next one makes up for it
  const cursor = cursorOf(states, kind);
  const comesAgain = ({ tick }: Item): boolean => cursor !== undefined && secondsOf(tick) >= cursor;
  // a refresh takes the place of all that was read before it, whenever it read
  const newest = Math.max(0, ...rows.map(({ generation }) => generation));
  for (const { item, step } of source.gone.get(kind.name) ?? []) {
    const seen = rows.find(
      (row) =>
        row.generation === newest &&
        bringsAnew(row, item) &&
        (server.begun.get(row.load_id ?? '') ?? 0) > step,
    );
    if (seen !== undefined && byId.has(String(item.id)))
      wrong.push(
        `row ${item.id} of ${kind.name} is back, which was gone when ${seen.load_key} read its range`,
      );
  }
  for (const item of source.items(kind)) {
    if (!(isCovered(item) || (all === true && kind.keyed && item.tick >= HISTORY))) continue;
    const found = kind.name === 'again' ? roots.find(({ id }) => id === item.id) : byId.get(String(item.id));
    if (found === undefined) wrong.push(`row ${item.id} of ${kind.name} is lost`);
    else if (Number(found['version']) < item.version && (all === true || !comesAgain(item)))
      wrong.push(
        `row ${item.id} of ${kind.name} is version ${found['version']}, and ${item.version} was loaded (tick ${item.tick - HISTORY})`,
      );
  }
  return wrong;
}

/** Whether a load took the place of all that was stored at the time of an item. */
function bringsAnew(row: LedgerRow, { tick }: Item): boolean {
  const range = rangeOf(row);
  const replaces = row.interval_start !== null || Date.parse(row.cursor_start ?? '') === 0;
  if (!isStored(row) || range === undefined || !replaces) return false;
  const at = secondsOf(tick) * 1000;
  return at >= Date.parse(range.start) && at < Date.parse(range.end);
}

function checkChildren({ name }: Kind, roots: readonly Row[], children: readonly Row[]): string[] {
  const wrong: string[] = [];
  const count = new Map<unknown, number>(roots.map((row) => [row[ROW_ID], 0]));
  for (const child of children) {
    const parent = count.get(child[PARENT_ID]);
    if (parent === undefined) wrong.push(`a child of ${name} has no parent`);
    else count.set(child[PARENT_ID], parent + 1);
  }
  for (const row of roots) {
    const item = { id: Number(row['id']), version: Number(row['version']) };
    if (count.get(row[ROW_ID]) !== childrenOf(item))
      wrong.push(
        `row ${item.id} of ${name} has ${count.get(row[ROW_ID])} children instead of ${childrenOf(item)}`,
      );
  }
  return wrong;
}
