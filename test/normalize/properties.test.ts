import fc from 'fast-check';
import type { ResourceHints } from '../../src/normalize';
import { Decimal, Timestamp } from '../../src/value';
import { loadPages } from './load-rows';
import { treesOfIds } from './trees';

const scalar = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.string({ maxLength: 20 }),
  fc.constantFrom('2024-01-01T00:00:00Z', '2024-02-03', '12', '1.50', 'true', '[1]', null, undefined),
  fc.integer({ min: 0, max: 10 ** 9 }).map((ms) => new Date(ms)),
  fc.integer().map((cents) => new Decimal((cents / 100).toFixed(2))),
);
const key = fc.constantFrom('a', 'b', 'Rr', 'rr', 'userId', 'user_id', 'a__b', '', '_dlt_id', 'v__v_text');
const { item } = fc.letrec<{ item: Record<string, unknown>; value: unknown }>((tie) => ({
  item: fc.dictionary(key, tie('value'), { maxKeys: 5 }),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    tie('item'),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
}));
const items = fc.array(fc.oneof({ arbitrary: item, weight: 9 }, { arbitrary: scalar, weight: 1 }), {
  maxLength: 12,
});
const hints = fc.record<Partial<ResourceHints>>({
  maxTableNesting: fc.constantFrom(undefined, 0, 1, 2),
  rootKey: fc.boolean(),
});

function cut<T>(list: readonly T[], places: readonly number[]): T[][] {
  const borders = [0, ...places.map((place) => place % (list.length + 1)).sort((x, y) => x - y), list.length];
  return borders.slice(1).map((end, at) => list.slice(borders[at], end));
}

describe('whatever the items are', () => {
  test('how they are cut into pages, and how much memory there is, makes no difference', async () => {
    const places = fc.array(fc.nat(20), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        items,
        hints,
        places,
        fc.constantFrom(1, 10_000),
        async (rows, resource, at, budgetBytes) => {
          const whole = await loadPages([rows], resource);
          const pieces = await loadPages(cut(rows, at), resource, { budgetBytes });
          expect(pieces.result.schema).toEqual(whole.result.schema);
          expect(pieces.result.rows).toEqual(whole.result.rows);
          expect(pieces.result.schemaChanges).toEqual(whole.result.schemaChanges);
          expect(treesOfIds(pieces.tables, 'items')).toEqual(treesOfIds(whole.tables, 'items'));
        },
      ),
      { numRuns: 100 },
    );
  });

  test('every row has one parent, and every column of the batches is in the schema with that type', async () => {
    await fc.assert(
      fc.asyncProperty(items, hints, async (rows, resource) => {
        const { result, tables } = await loadPages([rows], resource);
        expect(tables.items ?? []).toHaveLength(rows.length);
        // A table reached by two paths (a list in a list, a list in an object) hangs from either parent.
        const ids = new Set(Object.values(tables).flatMap((all) => all.map((row) => row._dlt_id)));
        for (const [name, nested] of Object.entries(tables)) {
          const table = result.schema.tables[name];
          expect(table?.parent === undefined).toBe(name === 'items');
          for (const column of nested.flatMap((row) => Object.keys(row)))
            if (column !== '_load') expect(table?.columns).toHaveProperty([column]);
          if (table?.parent === undefined) continue;
          for (const row of nested) expect(ids).toContain(row._dlt_parent_id);
        }
      }),
      { numRuns: 80 },
    );
  });

  test('no scalar loses a digit or its meaning, in the column or in a variant of it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(scalar, { maxLength: 8 }), async (values) => {
        const { tables } = await loadPages([values.map((v) => ({ v }))]);
        for (const [at, value] of values.entries()) {
          const cells = Object.entries(tables.items?.[at] ?? {}).filter(([name]) =>
            /^v(__v_\w+)?$/.test(name),
          );
          if (value === null || value === undefined) expect(cells).toEqual([]);
          else {
            expect(cells).toHaveLength(1);
            expect(meaning(cells[0]?.[1], typeof value === 'bigint')).toBe(
              meaning(value, typeof value === 'bigint'),
            );
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

/**
 * A text that two values share if one can be told from the other by nothing that matters. A double is its shortest
 * text; integers count digit by digit where `exact`.
 */
function meaning(value: unknown, exact: boolean): string {
  if (value instanceof Date) return `instant ${BigInt(value.getTime()) * 1000n}`;
  if (value instanceof Timestamp) return `instant ${value.micros}`;
  const text = value instanceof Decimal ? value.text : String(value);
  if (/^\d{4}-\d\d-\d\d(T.*)?$/.test(text)) return `instant ${BigInt(Date.parse(text)) * 1000n}`;
  if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return text;
  return exact ? `number ${BigInt(text)}` : `number ${Number(text) + 0}`;
}
