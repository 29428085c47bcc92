import fc from 'fast-check';
import { readChunk } from '../../src/normalize';
import { createNormalizer } from '../../src/normalize/normalizer';
import { pickRows } from '../../src/normalize/pick-rows';
import { newSchema } from '../../src/schema';
import { Decimal } from '../../src/value';
import { plainHints, spillFolder } from './load-rows';

async function stagedOf(rows: readonly unknown[], budgetBytes?: number) {
  const normalizer = createNormalizer({
    resource: plainHints,
    schema: newSchema('test'),
    spillDir: spillFolder(),
    budgetBytes,
  });
  await normalizer.write(rows);
  const { staged } = await normalizer.finish();
  const of = async (table: string) => {
    const chunks = [];
    for await (const chunk of staged.chunks(table)) chunks.push(chunk);
    return chunks;
  };
  return { of, discard: () => staged.discard() };
}

const row = fc.record(
  {
    id: fc.integer(),
    text: fc.oneof(fc.string(), fc.constant('a text of more than twelve bytes'), fc.constant('ü'.repeat(8))),
    flag: fc.boolean(),
    score: fc.double({ noNaN: true, noDefaultInfinity: true }),
    amount: fc.integer().map((whole) => new Decimal(`${whole}.25`)),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 20 }),
  },
  { requiredKeys: [] },
);

test('picked rows are those rows, in every type, null and long ones too', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(row, fc.boolean()), { minLength: 1, maxLength: 40 }),
      async (marked) => {
        const { of, discard } = await stagedOf(marked.map(([one], at) => ({ ...one, at })));
        const [chunk] = await of('items');
        const rows = marked.flatMap(([, kept], at) => (kept ? [at] : []));
        const all = readChunk(chunk!);
        expect(readChunk(pickRows(chunk!, rows))).toEqual(rows.map((at) => all[at]));
        await discard();
      },
    ),
    { numRuns: 60 },
  );
});

test('rows of children know their root by its number, in memory and on disk, in batches of any size', async () => {
  const rows = Array.from({ length: 5000 }, (_, id) => ({
    id,
    lines: Array.from({ length: id % 3 }, () => ({ tags: [id] })),
  }));
  for (const budget of [undefined, 1]) {
    const { of, discard } = await stagedOf(rows, budget);
    expect((await of('items')).map(({ roots }) => roots)).toEqual([undefined, undefined, undefined]);
    const tags = await of('items__lines__tags');
    const seen = tags.flatMap((chunk) => readChunk(chunk).map(({ value }, at) => [value, chunk.roots?.[at]]));
    expect(seen).toHaveLength(rows.reduce((sum, { lines }) => sum + lines.length, 0));
    expect(seen.every(([value, root]) => value === root)).toBe(true);
    await discard();
  }
});
