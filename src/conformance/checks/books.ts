import type { CursorLoad } from '../../destination';
import type { LedgerRow } from '../../ledger';
import type { StateObject } from '../../state';
import { type CheckKind, expectFailure, expectSame, rowsOf } from '../check';
import { commit, SOURCE } from '../load-package';

const cursor = (before: number | undefined, after: number): CursorLoad => ({
  path: 'id',
  column: 'id',
  before: before === undefined ? undefined : { initial_value: 0, last_value: before, unique_hashes: [] },
  after: { initial_value: 0, last_value: after, unique_hashes: [] },
});

/** What a pipeline goes on from. */
export const state: CheckKind = {
  kind: 'state',
  checks: [
    {
      name: 'cursors and custom state are read back as they were written, whatever their text',
      async run(place) {
        const dataset = await place.open();
        const after: StateObject = {
          text: `'quoted' "twice" back\\slash 漢字 👩‍👩‍👧‍👦 ?`,
          long: 'x'.repeat(200_000),
          list: [1, null, true, { deep: 2.5 }],
        };
        const customState = { before: {}, after };
        await commit(dataset, {
          resources: [{ rows: [{ id: 5 }], cursors: [cursor(undefined, 5)], customState }],
        });
        const found = (await (await place.open()).snapshot(SOURCE)).state?.sources?.[SOURCE]?.resources?.[
          'items'
        ];
        expectSame('state', found, { ...after, incremental: { id: cursor(undefined, 5).after } });
      },
    },
    {
      name: 'a load that began with an older cursor is refused, and writes nothing',
      async run(place) {
        const dataset = await place.open();
        await commit(dataset, { resources: [{ rows: [{ id: 1 }], cursors: [cursor(undefined, 1)] }] });
        await commit(dataset, { resources: [{ rows: [{ id: 2 }], cursors: [cursor(1, 2)] }] });
        const stale = commit(dataset, { resources: [{ rows: [{ id: 3 }], cursors: [cursor(1, 3)] }] });
        await expectFailure('the load', stale, 'STATE_CHANGED');
        expectSame('rows', await rowsOf(dataset, 'SELECT id FROM items ORDER BY id'), [{ id: 1 }, { id: 2 }]);
      },
    },
    {
      name: 'state that is reset is gone, and a load that began before is refused',
      async run(place) {
        const dataset = await place.open();
        await commit(dataset, { resources: [{ rows: [{ id: 1 }], cursors: [cursor(undefined, 1)] }] });
        const snapshot = await dataset.snapshot(SOURCE);
        await dataset.editState({ source: SOURCE, resources: ['items'], clock: Date.now });
        const now = await dataset.snapshot(SOURCE);
        expectSame('generations', now.generations, { items: 1 });
        expectSame('state', now.state?.sources?.[SOURCE]?.resources?.['items']?.incremental, undefined);
        const late = { snapshot, resources: [{ rows: [{ id: 2 }], cursors: [cursor(1, 2)] }] };
        await expectFailure('the load', commit(dataset, late), 'GENERATION_CHANGED');
        expectSame('rows', await rowsOf(dataset, 'SELECT id FROM items'), [{ id: 1 }]);
      },
    },
    {
      name: 'loads of a clock that was ahead stop later ones, until fixClock gives them ids of now',
      async run(place) {
        const dataset = await place.open();
        const ahead = { clock: () => Date.now() + 86_400_000 };
        await commit(dataset, { resources: [{ rows: [{ id: 1 }] }], extra: ahead });
        const next = { resources: [{ rows: [{ id: 2 }] }] };
        await expectFailure('the load of now', commit(dataset, next), 'CLOCK_SKEW');
        expectSame('loads renamed', (await dataset.fixClock({ clock: Date.now })).renamed, 1);
        await commit(dataset, next);
        const loads = 'SELECT count(*) AS n FROM items i JOIN _dlt_loads l ON l.load_id = i._dlt_load_id';
        expectSame('rows whose load is there', await rowsOf(dataset, loads), [{ n: 2 }]);
      },
    },
  ],
};

const FAILED: LedgerRow = {
  pipeline: 'p',
  source: SOURCE,
  resource: 'items',
  generation: 0,
  interval_start: '2024-01-01T00:00:00Z',
  interval_end: '2024-01-02T00:00:00Z',
  cursor_start: null,
  cursor_end: null,
  load_key: 'failed',
  load_id: null,
  rows: 0,
  status: 'failed',
  error_code: 'HTTP_STATUS',
  error: `The API's answer was "503".`,
  workflow_id: 'w',
  run_id: 'r',
  attempt: 3,
  committed_at: '2024-01-03T00:00:00.123456Z',
};

/** What was loaded for which interval. */
export const ledger: CheckKind = {
  kind: 'ledger',
  checks: [
    {
      name: 'a row that is recorded is read back as it was given',
      async run(place) {
        const dataset = await place.open();
        await dataset.record([FAILED]);
        expectSame('the ledger', await (await place.open()).ledger(), [FAILED]);
        expectSame('findLoad of a load that failed', await dataset.findLoad('failed'), undefined);
      },
    },
    {
      name: 'the end of a run that is told twice is there once',
      async run(place) {
        const dataset = await place.open();
        const others = { ...FAILED, resource: 'others' };
        await dataset.record([FAILED]);
        await dataset.record([{ ...FAILED, committed_at: '2024-01-03T00:00:09Z' }, others]);
        const resources = (await dataset.ledger()).map(({ resource }) => resource);
        expectSame('resources in the ledger', resources.sort(), ['items', 'others']);
      },
    },
    {
      name: 'rows come in the order of commits, are found by status, key and time, and tell what is covered',
      async run(place) {
        const dataset = await place.open();
        await dataset.record([FAILED]);
        const days = ['2024-02-01T00:00:00Z', '2024-02-02T00:00:00Z', '2024-02-03T00:00:00Z'] as const;
        for (const [at, key] of ['b', 'a'].entries()) {
          const interval = { start: days[at]!, end: days[at + 1]! };
          await commit(dataset, {
            key,
            resources: [{ rows: [{ id: at }], stateless: true, interval, covered: interval }],
          });
        }
        const keys = async (filter?: Parameters<typeof dataset.ledger>[0]): Promise<string[]> =>
          (await dataset.ledger(filter)).map(({ load_key }) => load_key);
        expectSame('all', await keys(), ['failed', 'b', 'a']);
        expectSame('those that loaded', await keys({ status: ['loaded'] }), ['b', 'a']);
        expectSame('those of a key', await keys({ loadKeys: ['a'] }), ['a']);
        expectSame('those that touch a day', await keys({ from: days[1], to: days[2] }), ['a']);
        expectSame('the newest', await keys({ limit: 1 }), ['a']);
        const range = { start: days[0], end: days[2] };
        const { covered } = await dataset.coverage({ source: SOURCE, resource: 'items', ...range });
        expectSame('what is covered', covered, [range]);
      },
    },
  ],
};
