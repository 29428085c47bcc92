import { isTidemarkError, type TidemarkError } from '../../src/errors';
import type { ResourceHints } from '../../src/normalize';
import type { ContractMode, SchemaContract, StoredSchema } from '../../src/schema';
import { columnsOf, loadPages } from './load-rows';

let stored: StoredSchema;
beforeAll(async () => {
  stored = (await loadPages([[{ id: 1, name: 'a', l: [{ x: 1 }] }]])).result.schema;
});

const load = (
  schemaContract: SchemaContract | ContractMode,
  rows: unknown[],
  hints: Partial<ResourceHints> = {},
) => loadPages([rows], { ...hints, schemaContract }, { schema: stored });

async function violation(
  schemaContract: SchemaContract | ContractMode,
  rows: unknown[],
): Promise<TidemarkError> {
  const error = await load(schemaContract, rows).catch((failure: unknown) => failure);
  if (!isTidemarkError(error, 'CONTRACT_VIOLATION')) throw error;
  return error;
}

describe('a schema contract', () => {
  test('frozen columns: a new one fails the load, naming table, column and value', async () => {
    const error = await violation({ columns: 'freeze' }, [{ id: 2 }, { id: 3, extra: 'hello' }]);
    expect(error.details).toEqual({ table: 'items', column: 'extra', value: 'hello' });
    expect(error.message).toMatch(/"items".*"extra".*"hello"/);
  });

  test('frozen data types: a variant fails the load', async () => {
    const error = await violation({ data_type: 'freeze' }, [{ id: 'x' }]);
    expect(error.details).toEqual({ table: 'items', column: 'id', value: 'x' });
  });

  test('frozen data types: a column can’t be widened', async () => {
    expect((await violation({ data_type: 'freeze' }, [{ id: 1.5 }])).message).toMatch(
      /change from bigint to double/,
    );
  });

  test('frozen tables: a new child table fails the load, a known one doesn’t', async () => {
    expect((await violation({ tables: 'freeze' }, [{ id: 1, more: [1] }])).details).toEqual({
      table: 'items__more',
    });
    expect((await load({ tables: 'freeze' }, [{ id: 1, l: [{ x: 2 }] }])).result.rows.items__l).toBe(1);
  });

  test('frozen tables: a resource that never loaded fails', async () => {
    const error = await loadPages([[{ id: 1 }]], { schemaContract: { tables: 'freeze' } }).catch(
      (failure: unknown) => failure,
    );
    expect(isTidemarkError(error, 'CONTRACT_VIOLATION')).toBe(true);
  });

  test('discard_value leaves the value out, keeps the row, and counts', async () => {
    const { result, tables } = await load({ columns: 'discard_value', data_type: 'discard_value' }, [
      { id: 2, extra: 1 },
      { id: 'x', name: 'b' },
      { id: 3, extra: null },
    ]);
    expect(tables.items).toMatchObject([{ id: 2 }, { name: 'b' }, { id: 3 }]);
    expect(result.discarded).toEqual({ items: { rows: 0, values: 2 } });
    expect(columnsOf(result.schema, 'items')).toEqual(columnsOf(stored, 'items'));
    expect(result.schema.version_hash).not.toBe('');
  });

  test('discard_row leaves out the row with its children, and what of it was written already', async () => {
    const { result, tables } = await load({ columns: 'discard_row', data_type: 'discard_row' }, [
      { id: 2, name: 'kept' },
      { id: 3, name: 'a name that is not short', l: [{ x: 5 }], extra: 1 },
      { id: 'x', name: 'b', l: [{ x: 6 }] },
      { id: 4 },
    ]);
    expect(tables.items?.map(({ id, name }) => [id, name])).toEqual([
      [2, 'kept'],
      [4, undefined],
    ]);
    expect(tables.items__l).toBeUndefined();
    expect(result.discarded).toEqual({ items: { rows: 2, values: 0 } });
    expect(result.rows).toEqual({ items: 2 });
  });

  test('discard_row on a child drops that child and what is below it; the parent stays', async () => {
    const { result, tables } = await load({ columns: 'discard_row' }, [
      { id: 2, l: [{ x: 1 }, { x: 2, y: 3, deep: [1] }, { x: 4 }] },
    ]);
    expect(tables.items__l?.map((row) => [row.x, row._dlt_list_idx])).toEqual([
      [1, 0],
      [4, 2],
    ]);
    expect(result.discarded).toEqual({ items__l: { rows: 1, values: 0 } });
    expect(result.rows).toEqual({ items: 1, items__l: 2 });
  });

  test('discarded tables: rows of a new child table, or of a whole new resource', async () => {
    const child = await load({ tables: 'discard_row' }, [{ id: 2, more: [1, 2] }]);
    expect(child.result.discarded).toEqual({ items__more: { rows: 2, values: 0 } });
    expect(child.tables.items).toHaveLength(1);
    const whole = await loadPages([[{ id: 1 }, { id: 2 }]], {
      name: 'fresh',
      schemaContract: { tables: 'discard_value' },
    });
    expect(whole.result).toMatchObject({
      rows: {},
      rootTables: [],
      discarded: { fresh: { rows: 2, values: 0 } },
    });
    expect(whole.result.schema.tables.fresh).toBeUndefined();
  });

  test('a table that came to be in this load takes any column', async () => {
    const { result } = await loadPages([[{ id: 1 }], [{ id: 2, later: 1 }]], {
      schemaContract: { columns: 'freeze' },
    });
    expect(columnsOf(result.schema, 'items')).toContain('later:bigint');
  });

  test('one mode stands for all; both spellings do; it is stored in dlt’s', async () => {
    const { result } = await load('discardValue' as ContractMode, [{ id: 2, extra: 1 }]);
    expect(result.discarded.items?.values).toBe(1);
    expect(result.schema.tables.items?.schema_contract).toBe('discard_value');
    await expect(load('never' as ContractMode, [{ id: 1 }])).rejects.toThrow(/"never" is not a mode/);
  });

  test('a contract that is stored holds for a resource that names none', async () => {
    const frozen = (await load({ columns: 'freeze' }, [{ id: 2 }])).result.schema;
    const again = loadPages([[{ id: 3, extra: 1 }]], {}, { schema: frozen });
    await expect(again).rejects.toThrow(/is frozen/);
  });
});
