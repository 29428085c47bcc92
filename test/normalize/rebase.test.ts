import {
  conformChunk,
  convertible,
  createNormalizer,
  type NormalizeResult,
  readChunk,
  rebaseLoad,
} from '../../src/normalize';
import { bumpVersion, newSchema, type StoredSchema } from '../../src/schema';
import { columnsOf, loadPages, plainHints, type Row, spillFolder } from './load-rows';

const never = () => false;
const data = (columns: string[]) => columns.filter((column) => !column.startsWith('_dlt'));

/** Two loads that begin with the same schema; the second is put on what the first has stored. */
async function race(
  first: unknown[],
  second: unknown[],
  holdsBeyondDouble: () => boolean = never,
  before: unknown[] = [],
) {
  const base = before.length === 0 ? newSchema('test') : (await loadPages([before])).result.schema;
  const newest = first.length === 0 ? base : (await loadPages([first], {}, { schema: base })).result.schema;
  const normalizer = createNormalizer({ resource: plainHints, schema: base, spillDir: spillFolder() });
  await normalizer.write(second);
  const result = await normalizer.finish();
  const rebased = await rebaseLoad({ mine: result.schema, newest, staged: result.staged, holdsBeyondDouble });
  const rows = await readAll(rebased.staged, 'items');
  await rebased.staged.discard();
  const schema = bumpVersion(rebased.schema);
  return { newest, result, rows, schema, columns: data(columnsOf(schema, 'items')) };
}

async function readAll(staged: NormalizeResult['staged'], table: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const chunk of staged.chunks(table)) rows.push(...readChunk(chunk));
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('_dlt'))),
  );
}

describe('loads that race', () => {
  test('columns and tables of both are in the united schema, the first load’s first', async () => {
    const { schema, newest, columns } = await race([{ a: 1, l: [1] }], [{ a: 2, b: 'x', m: [{ c: 1 }] }]);
    expect(columns).toEqual(['a:bigint', 'b:text']);
    expect(Object.keys(schema.tables)).toEqual(expect.arrayContaining(['items__l', 'items__m']));
    expect(schema.version).toBe(newest.version + 1);
    expect(schema.previous_hashes[0]).toBe(newest.version_hash);
  });

  test('a load that brings nothing new leaves version and hash of the newest schema', async () => {
    const { schema, newest } = await race([{ a: 1, b: 2 }], [{ a: 2 }]);
    expect(schema.version_hash).toBe(newest.version_hash);
    expect(schema.version).toBe(newest.version);
  });

  test('values are converted where nothing is lost', async () => {
    const { rows, columns } = await race([{ v: 'text' }], [{ v: 5 }, { v: true }]);
    expect(columns).toEqual(['v:text', 'v__v_bool:bool']);
    expect(rows).toEqual([{ v: '5' }, { v__v_bool: true }]);
  });

  test('a stored bigint column becomes double for a fraction, wei for a large integer', async () => {
    expect((await race([{ v: 1 }], [{ v: 1.5 }])).columns).toEqual(['v:double']);
    const wei = await race([{ v: 1 }], [{ v: 2 }, { v: 2n ** 80n }]);
    expect(wei.columns).toEqual(['v:wei']);
    expect(wei.rows).toEqual([{ v: 2 }, { v: 2n ** 80n }]);
  });

  test('where it holds an integer beyond a double, fractions go to the variant', async () => {
    const { columns, rows } = await race([{ v: 1 }], [{ v: 2.5 }, { v: 3 }, { v: 4.5 }], () => true);
    expect(columns).toEqual(['v:bigint', 'v__v_double:double']);
    expect(rows).toEqual([{ v__v_double: 2.5 }, { v: 3 }, { v__v_double: 4.5 }]);
  });

  test('the same holds for a stored column that one load alone has widened', async () => {
    const { columns, rows } = await race([], [{ v: 2.5 }, { v: 3 }], () => true, [{ v: 9 }]);
    expect(columns).toEqual(['v:bigint', 'v__v_double:double']);
    expect(rows).toEqual([{ v__v_double: 2.5 }, { v: 3 }]);
  });

  test('a value that fits neither goes to the variant, beside what is there', async () => {
    const { columns, rows } = await race(
      [{ v: '2024-01-01T00:00:00Z' }],
      [{ v: 'soon' }, { v: '2024-02-02' }, { v: 'a text of more than twelve bytes', v__v_text: undefined }],
    );
    expect(columns).toEqual(['v:timestamp', 'v__v_text:text']);
    expect(rows[0]).toEqual({ v__v_text: 'soon' });
    expect(String(rows[1]?.v)).toBe('2024-02-02T00:00:00Z');
    expect(rows[2]).toEqual({ v__v_text: 'a text of more than twelve bytes' });
  });

  test('a variant of that name with another type is left alone', async () => {
    const { columns, rows } = await race([{ v: true, v__v_text: 5 }], [{ v: 'x' }]);
    expect(columns).toEqual(['v:bool', 'v__v_text:bigint', 'v__v_text__v_text:text']);
    expect(rows).toEqual([{ v__v_text__v_text: 'x' }]);
  });

  test('a table that is a list’s in one and a resource’s own in the other can’t be united', async () => {
    const mine = await loadPages([[{ l: [1] }]]);
    const other = await loadPages([[{ id: 1 }]], { name: 'items__l' });
    await expect(
      rebaseLoad({
        mine: mine.result.schema,
        newest: other.result.schema,
        staged: mine.result.staged,
        holdsBeyondDouble: never,
      }),
    ).rejects.toThrow(/"items__l" became a list of "items" in one load/);
  });
});

describe('changing the type of a column', () => {
  test('is possible from bigint only', () => {
    expect(convertible('bigint', 'double')).toBe(true);
    expect(convertible('bigint', 'wei')).toBe(true);
    expect(convertible('text', 'text')).toBe(true);
    expect(convertible('double', 'bigint')).toBe(false);
    expect(convertible('timestamp', 'text')).toBe(false);
  });

  test('a chunk whose columns have their types is given back itself', async () => {
    const normalizer = createNormalizer({
      resource: plainHints,
      schema: newSchema('test'),
      spillDir: spillFolder(),
    });
    await normalizer.write([{ a: 1 }]);
    const { staged, schema } = await normalizer.finish();
    const table = (schema as StoredSchema).tables.items;
    for await (const chunk of staged.chunks('items'))
      if (table !== undefined) expect(conformChunk(chunk, table)).toBe(chunk);
    expect(bumpVersion(schema)).toBe(schema);
    await staged.discard();
  });
});
