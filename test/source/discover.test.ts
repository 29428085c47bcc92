import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { duckdb, isTidemarkError, pipeline, resource, TidemarkError } from '../../src';
import { components, discoverHints } from '../../src/source';
import { silent } from '../silent-log';

const signal = new AbortController().signal;

const prepared = (...resources: readonly ReturnType<typeof resource>[]) => ({
  name: 'shop',
  section: 'shop',
  rootKey: false,
  maxTableNesting: undefined,
  schemaContract: undefined,
  resources: resources.map(({ definition }) => definition),
  selected: resources.map(({ name }) => name),
  http: {},
});

describe('hints that a resource discovers', () => {
  test('come under those that are declared, column by column', async () => {
    const orders = resource({
      name: 'orders',
      columns: { total: { dataType: 'text' }, note: { description: 'by hand' } },
      discover: async () => ({
        primaryKey: ['id'],
        columns: { id: { dataType: 'bigint' }, total: { dataType: 'decimal', scale: 2 } },
      }),
      extract: () => [],
    });
    const [component] = components(prepared(orders as never));
    const { root } = await discoverHints(component!, { signal, log: silent });
    expect(root.definition.settings).toMatchObject({
      primaryKey: ['id'],
      columns: {
        id: { dataType: 'bigint' },
        total: { dataType: 'text', scale: 2 },
        note: { description: 'by hand' },
      },
    });
    expect(orders.definition.settings).not.toHaveProperty('primaryKey');
  });

  test('are refused where one of them does not exist', async () => {
    const orders = resource({
      name: 'orders',
      discover: async () => ({ columns: { id: { datatype: 'bigint' } } }) as never,
      extract: () => [],
    });
    const [component] = components(prepared(orders as never));
    await expect(discoverHints(component!, { signal, log: silent })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/"discover" of the resource "orders".*Did you mean "dataType"\?/),
    });
  });

  test('are asked for by each load, and rows are merged by the key that was found', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tidemark-discover-'));
    let asked = 0;
    try {
      await using target = pipeline({
        name: 'shop',
        destination: duckdb({ path: path.join(folder, 'shop.duckdb') }),
        workDir: path.join(folder, 'work'),
      });
      const orders = (status: string) =>
        resource({
          name: 'orders',
          writeDisposition: 'merge',
          discover: async () => {
            asked += 1;
            return { primaryKey: 'id' };
          },
          extract: () => [[{ id: 1, status }]],
        });
      await target.run(orders('open') as never);
      await target.run(orders('paid') as never);
      expect(await target.dataset().sql('SELECT id, status FROM orders').toArray()).toEqual([
        { id: 1, status: 'paid' },
      ]);
      expect(asked).toBe(2);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test.each([
    ['of ours', new TidemarkError('SOURCE_NOT_FOUND', 'no such table'), 'SOURCE_NOT_FOUND'],
    ['of the author', new Error('oops'), 'EXTRACT_FAILED'],
  ])('an error %s names the resource', async (_, error, code) => {
    const orders = resource({
      name: 'orders',
      discover: () => Promise.reject(error),
      extract: () => [],
    });
    const [component] = components(prepared(orders as never));
    const thrown = await discoverHints(component!, { signal, log: silent }).catch((one: unknown) => one);
    expect(isTidemarkError(thrown) && [thrown.code, thrown.message]).toEqual([
      code,
      expect.stringContaining('Resource "orders"'),
    ]);
  });
});
