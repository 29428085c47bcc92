import { createNormalizer, readChunk } from '../../src/normalize';
import { newSchema, variantsOf } from '../../src/schema';
import { plainHints, type Row, spillFolder } from './load-rows';

/** Rows of the table `items` where names have 63 characters at the most, without what links them. */
async function load(rows: readonly unknown[], maxNameLength = 63): Promise<Row[]> {
  const normalizer = createNormalizer({
    resource: plainHints,
    schema: newSchema('test'),
    spillDir: spillFolder(),
    maxNameLength,
  });
  try {
    await normalizer.write(rows);
    const { staged } = await normalizer.finish();
    const found: Row[] = [];
    for await (const chunk of staged.chunks('items')) found.push(...readChunk(chunk));
    return found.map(({ _dlt_id, ...row }) => row);
  } finally {
    await normalizer.abort();
  }
}

const COLUMN = 'c'.repeat(60);
const VARIANT = `${COLUMN}__v_text`;
/** Two keys that dlt shortens to one name: the case `long-collision`. */
const RIVALS = ['00009768', '00012073'].map((number) => `${'k'.repeat(29)}${number}${'k'.repeat(40)}`);

describe('names that are shortened', () => {
  test('a key that has the name of a variant of another one keeps its value, in any order', async () => {
    for (const keys of [
      [COLUMN, VARIANT],
      [VARIANT, COLUMN],
    ]) {
      const values: Row = { [COLUMN]: 'many', [VARIANT]: 'own' };
      const rows = await load([{ [COLUMN]: 1 }, Object.fromEntries(keys.map((key) => [key, values[key]]))]);
      expect(
        Object.values(rows[1]!)
          .filter((value) => value !== undefined)
          .sort(),
      ).toEqual(['many', 'own']);
    }
  });

  test('two keys that are shortened to one name keep both values', async () => {
    const [row = {}] = await load([{ [RIVALS[0]!]: 1, [RIVALS[1]!]: 2 }]);
    expect(Object.keys(row)).toHaveLength(2);
    expect(Object.values(row).sort()).toEqual([1, 2]);
  });

  test('the variants of a column are found, and their variants', async () => {
    const [, row = {}] = await load([
      { [COLUMN]: 1, other: 1 },
      { [VARIANT]: 'own', [COLUMN]: 'many', other: 'x' },
    ]);
    const names = Object.keys(row);
    expect(names.every((name) => name.length <= 63)).toBe(true);
    expect(variantsOf(COLUMN, names)).toHaveLength(2);
    expect(variantsOf('other', names)).toEqual(['other__v_text']);
  });

  test('a limit that leaves no room is refused', async () => {
    for (const limit of [31, 0, 40.5, Number.NaN])
      await expect(load([{ id: 1 }], limit)).rejects.toMatchObject({ code: 'USAGE' });
    expect(await load([{ id: 1 }], 32)).toEqual([{ id: 1 }]);
  });
});
