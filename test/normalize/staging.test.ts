import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { createNormalizer, StagingArea } from '../../src/normalize';
import { decodeChunk, encodeChunk } from '../../src/normalize/chunk-codec';
import { newSchema } from '../../src/schema';
import { Decimal } from '../../src/value';
import { loadPages, plainHints } from './load-rows';

const folder = () => mkdtempSync(join(tmpdir(), 'tidemark-staging-'));

describe('batches that don’t fit in memory', () => {
  test('are written to the folder, read back as they were, any number of times, and removed', async () => {
    const spillDir = join(folder(), 'made', 'when needed');
    const rows = Array.from({ length: 10_000 }, (_, id) => ({
      id,
      text: `${id} is a text beyond twelve bytes — ${id % 7 === 0 ? '😀' : ''}`,
      amount: new Decimal(`${id}.25`),
      bytes: new Uint8Array([id & 255, 1, 2]),
      list: [id, null],
    }));
    const normalizer = createNormalizer({
      resource: plainHints,
      schema: newSchema('test'),
      spillDir,
      budgetBytes: 300_000,
    });
    for (let at = 0; at < rows.length; at += 1000) await normalizer.write(rows.slice(at, at + 1000));
    const { staged } = await normalizer.finish();
    expect(readdirSync(spillDir)).toHaveLength(1);
    for (let time = 0; time < 2; time++) {
      let id = 0;
      for await (const chunk of staged.chunks('items')) {
        const text = chunk.columns.find((column) => column.name === 'text');
        for (const [at, row] of (text?.longRows ?? []).entries())
          expect(text?.longValues[at]).toBe(rows[id + row]?.text);
        id += chunk.rows;
      }
      expect(id).toBe(10_000);
    }
    expect(staged.tables).toEqual([
      { name: 'items', rows: 10_000 },
      { name: 'items__list', rows: 20_000 },
    ]);
    await staged.discard();
    expect(readdirSync(spillDir)).toHaveLength(0);
    expect(staged.bytes).toBe(0);
  });

  test('hold no more than the budget and what one slice of a page brings', async () => {
    const spillDir = folder();
    const area = new StagingArea({ schema: newSchema('test'), spillDir, budgetBytes: 200_000 });
    const normalizer = createNormalizer({ resource: plainHints, staging: area });
    let most = 0;
    const items = Array.from({ length: 50_000 }, (_, id) => ({ id, text: 'x'.repeat(40) }));
    const spill = area.spill.bind(area);
    let spilled = 0;
    area.spill = async () => {
      most = Math.max(most, area.memoryBytes);
      spilled++;
      await spill();
    };
    await normalizer.write(items);
    await normalizer.finish();
    expect(spilled).toBeGreaterThan(10);
    expect(most).toBeLessThan(600_000);
    await normalizer.abort();
  });

  test('few rows of large documents are several chunks', async () => {
    const { result } = await loadPages([Array.from({ length: 20 }, () => ({ doc: 'x'.repeat(1_000_000) }))]);
    expect(result.rows.items).toBe(20);
  });

  test('aborting removes the file, and reading afterwards gives nothing', async () => {
    const spillDir = folder();
    const normalizer = createNormalizer({
      resource: plainHints,
      schema: newSchema('test'),
      spillDir,
      budgetBytes: 1,
    });
    await normalizer.write(Array.from({ length: 5000 }, (_, id) => ({ id })));
    const { staged } = await normalizer.finish();
    await normalizer.abort();
    expect(readdirSync(spillDir)).toHaveLength(0);
    for await (const chunk of staged.chunks('items'))
      throw new Error(`A chunk of ${chunk.rows} rows was left.`);
  });

  test('any chunk is the same after encoding and decoding', () => {
    const value = fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.string());
    fc.assert(
      fc.property(fc.array(value, { maxLength: 20 }), (values) => {
        const columns = [
          {
            name: 'é',
            type: 'text' as const,
            validity: new Uint8Array(256).fill(170),
            data: new Uint8Array(values.length * 16).fill(7),
            longRows: values.map((_, row) => row),
            longValues: values.map((text) => Buffer.from(text).toString()),
          },
          {
            name: 'b',
            type: 'binary' as const,
            validity: undefined,
            data: undefined,
            longRows: values.map((_, row) => row),
            longValues: values.map((text) => new Uint8Array(Buffer.from(text))),
          },
        ];
        const chunk = { table: 't', rows: values.length, columns };
        expect(decodeChunk(encodeChunk(chunk))).toEqual(chunk);
      }),
    );
  });
});

describe('several resources of a load', () => {
  test('share schema and batches, and count their own rows', async () => {
    const area = new StagingArea({ schema: newSchema('test'), spillDir: folder() });
    const one = createNormalizer({
      resource: { ...plainHints, name: 'one', tableName: 'both' },
      staging: area,
    });
    const two = createNormalizer({
      resource: { ...plainHints, name: 'two', tableName: 'both' },
      staging: area,
    });
    await one.write([{ a: 1 }, { a: 2 }]);
    await two.write([{ a: 1.5, b: 'x' }]);
    await one.write([{ a: 3, b: 'y' }]);
    const [first, second] = [await one.finish(), await two.finish()];
    expect(first.rows).toEqual({ both: 3 });
    expect(second.rows).toEqual({ both: 1 });
    expect(second.staged.tables).toEqual([{ name: 'both', rows: 4 }]);
    expect(second.schema.tables.both?.columns.a?.data_type).toBe('double');
    await one.abort();
  });
});
