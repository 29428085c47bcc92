import type { CopyReport, Dataset } from '../../src/destination';
import type { LedgerRow } from '../../src/ledger';
import { Decimal, PlainDate, PlainTime, Timestamp } from '../../src/value';
import { commit, cursorAt, rowsOf, SOURCE, type Tested, temporaryFolder, tested } from './harness';

/** How rows of a load are staged is nothing to a copy. */
const places = tested.filter(({ name }) => name !== 'postgres, staged before the lock');
const receiving = places.filter(({ receives }) => receives !== false);
const pairs = places.flatMap((from) => receiving.map((to) => [from.name, to.name, from, to] as const));

const items = [
  {
    id: 1,
    whole: 9_007_199_254_740_993n,
    beyond: 2n ** 70n,
    half: 0.1,
    yes: true,
    text: 'ünï\u{1F600}code "quoted"\n\\n\t, longer than twelve bytes',
    at: new Timestamp(1_700_000_000_123_456n),
    day: new PlainDate('2024-02-29'),
    time: new PlainTime('23:59:59.999999'),
    amount: new Decimal('-1234567890.123456789'),
    bytes: new Uint8Array([0, 255, 1]),
    odd: { b: [1, 2.5, null], a: { z: 'x' } },
    lines: [{ sku: 'x', parts: [{ n: 1 }, { n: 2 }] }, { sku: 'y' }],
  },
  { id: 2, text: '', half: -2.5e-300, lines: [{ sku: null }] },
  { id: 3, yes: false, at: new Timestamp(-1n) },
];
const TABLES = ['items', 'items__lines', 'items__lines__parts'];

/** A dataset with every type, children, a cursor and a ledger. */
async function filled({ fresh }: Tested, folder: string): Promise<Dataset> {
  const dataset = await fresh(folder);
  await commit(dataset, {
    key: 'first',
    resources: [
      {
        rows: items,
        hints: { columns: { odd: { data_type: 'json' } } },
        cursors: [{ path: 'id', column: 'id', before: undefined, after: cursorAt(3) }],
      },
    ],
  });
  return dataset;
}

const copy = (from: Dataset, to: Dataset): Promise<CopyReport> =>
  from.contents((contents) => to.receive(contents, { clock: Date.now }));

/** The rows of all tables; JSON, bytes and numbers as what they say, however they are written. */
async function contentOf(dataset: Dataset): Promise<unknown[]> {
  const all: unknown[] = [];
  for (const table of TABLES)
    for (const row of await rowsOf(dataset, `SELECT * FROM ${table} ORDER BY _dlt_id`)) {
      const { odd, amount, beyond, bytes, ...others } = row as Readonly<Record<string, unknown>>;
      all.push({
        table,
        ...others,
        odd: typeof odd === 'string' ? JSON.parse(odd) : odd,
        amount: digits(amount),
        beyond: digits(beyond),
        bytes: bytes instanceof Uint8Array ? [...bytes] : bytes,
      });
    }
  return all;
}

/** What a load has cost is counted where it was loaded. */
const withoutCosts = (rows: readonly LedgerRow[]): readonly unknown[] =>
  rows.map(({ bytes_billed: _bytes, slot_ms: _slots, ...row }) => row);

/** A number without the zeros that a fraction ends with. */
const digits = (value: unknown): unknown =>
  value instanceof Decimal
    ? value.text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')
    : typeof value === 'bigint'
      ? String(value)
      : value;

describe.each(pairs)('a copy from %s to %s', (_from, _to, from, to) => {
  const folder = temporaryFolder();

  test('has the same rows, ledger, state and schema', async () => {
    const [source, target] = [await filled(from, folder), await to.fresh(folder)];
    const { status, tables } = await copy(source, target);
    expect(status).toBe('copied');
    expect(tables.map(({ table, rows }) => [table, rows])).toEqual([
      ['items', 3],
      ['items__lines', 3],
      ['items__lines__parts', 2],
    ]);
    const rows = await contentOf(source);
    expect(rows).toHaveLength(8);
    expect(await contentOf(target)).toEqual(rows);
    expect(await target.ledger()).toEqual(withoutCosts(await source.ledger()));
    const [was, is] = [await source.snapshot(SOURCE), await target.snapshot(SOURCE)];
    expect(is.state?.sources).toEqual(was.state?.sources);
    expect([is.schemaHash, is.lastLoadId]).toEqual([was.schemaHash, was.lastLoadId]);
    expect((await copy(source, target)).status).toBe('there');
    await Promise.all([source.close(), target.close()]);
  });

  test('takes the next load from its cursor on, and the first one not again', async () => {
    const [source, target] = [await filled(from, folder), await to.fresh(folder)];
    await copy(source, target);
    expect((await target.findLoad('first'))?.loadKey).toBe('first');
    const next = {
      rows: [{ id: 4, lines: [{ sku: 'z' }], added: 'a column' }],
      cursors: [{ path: 'id', column: 'id', before: cursorAt(3), after: cursorAt(4) }],
    };
    const outcome = await commit(target, { key: 'second', resources: [next] });
    expect(outcome.tables).toMatchObject({ items: { inserted: 1 }, items__lines: { inserted: 1 } });
    expect(await rowsOf(target, 'SELECT id, added FROM items ORDER BY id')).toEqual([
      { id: 1, added: null },
      { id: 2, added: null },
      { id: 3, added: null },
      { id: 4, added: 'a column' },
    ]);
    await expect(commit(target, { key: 'third', resources: [next] })).rejects.toMatchObject({
      code: 'STATE_CHANGED',
    });
    await Promise.all([source.close(), target.close()]);
  });

  test('is merged into by the keys of the rows that were copied', async () => {
    const [source, target] = [await from.fresh(folder), await to.fresh(folder)];
    const merge = (rows: readonly unknown[]) => ({
      rows,
      disposition: 'merge' as const,
      primaryKey: ['id'],
    });
    await commit(source, {
      resources: [
        merge([
          { id: 1, tags: ['a'] },
          { id: 2, tags: ['b', 'c'] },
        ]),
      ],
    });
    await copy(source, target);
    await commit(target, { resources: [merge([{ id: 2, tags: ['d'] }])] });
    expect(await rowsOf(target, 'SELECT value FROM items__tags ORDER BY value')).toEqual([
      { value: 'a' },
      { value: 'd' },
    ]);
    await Promise.all([source.close(), target.close()]);
  });
});
