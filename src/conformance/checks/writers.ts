import type { Attempt } from '../../destination';
import { type CheckKind, expectFailure, expectSame, type Place, rowsOf } from '../check';
import { commit, packageOf, SOURCE } from '../load-package';

const attempt = (number: number): Attempt => ({ workflowId: 'w', runId: 'r', attempt: number });

const WRITERS = 10;
const numbers = Array.from({ length: WRITERS }, (_, index) => index);

/** Claims fence attempts of one load. */
export const claims: CheckKind = {
  kind: 'claims',
  checks: [
    {
      name: 'an attempt whose claim was taken over commits nothing, the one that took it does',
      async run(place) {
        const [early, late] = [await place.open(), await place.open()];
        const load = (id: number) => ({
          key: 'k',
          resources: [{ rows: [{ id }] }],
          extra: { attempt: attempt(id) },
        });
        await early.claim([{ loadKey: 'k', ...attempt(1) }]);
        await late.claim([{ loadKey: 'k', ...attempt(2) }]);
        await expectFailure('the early attempt', commit(early, load(1)), 'CLAIM_LOST');
        await expectFailure(
          'the early attempt, claiming again',
          early.claim([{ loadKey: 'k', ...attempt(1) }]),
          'CLAIM_LOST',
        );
        expectSame('the late attempt', (await commit(late, load(2))).status, 'loaded');
        expectSame('rows', await rowsOf(early, 'SELECT id FROM items'), [{ id: 2 }]);
      },
    },
    {
      name: 'keys are claimed together or not at all, and a key that was committed is answered',
      async run(place) {
        const dataset = await place.open();
        const { loadId } = await commit(dataset, { key: 'done', resources: [{ rows: [{ id: 1 }] }] });
        await dataset.claim([{ loadKey: 'taken', ...attempt(2) }]);
        const keys = ['free', 'taken'].map((loadKey) => ({ loadKey, ...attempt(1) }));
        await expectFailure('claiming a free key and a taken one', dataset.claim(keys), 'CLAIM_LOST');
        const held = await rowsOf(dataset, 'SELECT load_key FROM _tidemark_claims');
        expectSame('claims', held, [{ load_key: 'taken' }]);
        const known = await dataset.claim([{ loadKey: 'done', ...attempt(3) }]);
        expectSame(
          'what the key has led to',
          [...known].map(([key, load]) => [key, load.loadId]),
          [['done', loadId]],
        );
      },
    },
    {
      name: 'an attempt of a closed run commits nothing',
      async run(place) {
        const dataset = await place.open();
        await dataset.claim([{ loadKey: 'k', ...attempt(1) }]);
        await dataset.revokeClaims({ workflowId: 'w', runId: 'r', loadKeys: ['k'] });
        const load = { key: 'k', resources: [{ rows: [{ id: 1 }] }], extra: { attempt: attempt(1) } };
        await expectFailure('its commit', commit(dataset, load), 'CLAIM_LOST');
        expectSame('the ledger', await dataset.ledger(), []);
      },
    },
  ],
};

/** All at once, a dataset of its own each. */
async function atOnce(
  place: Place,
  rows: (index: number) => Readonly<Record<string, unknown>>,
): Promise<readonly string[]> {
  const datasets = await Promise.all(numbers.map(() => place.open()));
  const loads = await Promise.all(
    datasets.map((dataset, index) =>
      packageOf(dataset, { key: `k${index}`, resources: [{ rows: [rows(index)] }] }),
    ),
  );
  const done = await Promise.all(datasets.map((dataset, index) => dataset.commit(loads[index]!)));
  return done.map(({ loadId }) => String(loadId));
}

/** Several writers of one dataset. */
export const concurrency: CheckKind = {
  kind: 'concurrency',
  checks: [
    {
      name: `${WRITERS} commits at once into a new dataset: no row is lost, load ids ascend in the order of commits`,
      async run(place) {
        const loadIds = await atOnce(place, (id) => ({ id, list: [{ n: id }] }));
        const dataset = await place.open();
        const ids = (await rowsOf(dataset, 'SELECT id FROM items ORDER BY id')).map(({ id }) => id);
        expectSame('rows', ids, numbers);
        const children = await rowsOf(dataset, 'SELECT n FROM items__list ORDER BY n');
        expectSame(
          'child rows',
          children.map(({ n }) => n),
          numbers,
        );
        expectSame('different load ids', new Set(loadIds).size, WRITERS);
        const inLedger = (await dataset.ledger()).map((row) => row.load_id);
        expectSame('load ids in the order of the ledger', inLedger, [...loadIds].sort());
      },
    },
    {
      name: `${WRITERS} commits at once that each bring a column: every column is there, and in the schema`,
      async run(place) {
        const first = await place.open();
        await commit(first, { resources: [{ rows: [{ id: -1 }] }] });
        await atOnce(place, (id) => ({ id, [`c${id}`]: id }));
        const columns = (await first.tables()).get('items') ?? [];
        const wanted = numbers.map((index) => `c${index}`);
        expectSame(
          'columns of the table',
          wanted.filter((name) => !columns.includes(name)),
          [],
        );
        const schema = (await first.snapshot(SOURCE)).schema?.tables['items']?.columns ?? {};
        expectSame(
          'columns missing in the schema',
          wanted.filter((name) => !(name in schema)),
          [],
        );
        const rows = await rowsOf(
          first,
          `SELECT id, ${wanted.join(', ')} FROM items WHERE id >= 0 ORDER BY id`,
        );
        expectSame(
          'values',
          rows.map((row) => row[`c${Number(row['id'])}`]),
          numbers,
        );
      },
    },
    {
      name: 'of two loads that began with the same cursor, one is committed and one is refused',
      async run(place) {
        const [one, two] = [await place.open(), await place.open()];
        const after = { initial_value: 0, last_value: 1, unique_hashes: [] };
        const cursors = [{ path: 'id', column: 'id', before: undefined, after }];
        const load = { resources: [{ rows: [{ id: 1 }], cursors }] };
        const loads = [await packageOf(one, load), await packageOf(two, load)];
        const done = await Promise.allSettled([one.commit(loads[0]!), two.commit(loads[1]!)]);
        expectSame('how they ended', done.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
        const refused = done.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
        await expectFailure('the one that is refused', Promise.reject(refused[0]), 'STATE_CHANGED');
        expectSame('rows', await rowsOf(one, 'SELECT id FROM items'), [{ id: 1 }]);
      },
    },
  ],
};
