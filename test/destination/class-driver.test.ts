import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { pipeline, resource } from '../../src';
import {
  type AppendTarget,
  type Dialect,
  type SqlConnection,
  type SqlDriver,
  type SqlParam,
  sqlDestination,
  type TableChunk,
} from '../../src/destination/public';
import { temporaryFolder } from './harness';

import { connectTo, newDataset } from './sqlite';

/** A dialect whose members need their object. */
class ClassDialect implements Dialect {
  readonly #inner: Dialect;
  constructor(inner: Dialect) {
    this.#inner = inner;
  }
  quote(name: string): string {
    return this.#inner.quote(name);
  }
  table(name: string): string {
    return this.#inner.table(name);
  }
  columnType(...given: Parameters<Dialect['columnType']>): string {
    return this.#inner.columnType(...given);
  }
  columnStorage(...given: Parameters<Dialect['columnStorage']>): string {
    return this.#inner.columnStorage(...given);
  }
  dataType(actual: string): ReturnType<Dialect['dataType']> {
    return this.#inner.dataType(actual);
  }
  widenedType(...given: Parameters<Dialect['widenedType']>): string | undefined {
    return this.#inner.widenedType(...given);
  }
  instant(expression: string): string {
    return this.#inner.instant(expression);
  }
  date(expression: string): string {
    return this.#inner.date(expression);
  }
  boolean(value: boolean): string {
    return this.#inner.boolean(value);
  }
  nullsLast(...given: Parameters<Dialect['nullsLast']>): string {
    return this.#inner.nullsLast(...given);
  }
  countWhere(condition: string): string {
    return this.#inner.countWhere(condition);
  }
  createTemporary(name: string, query: string): string {
    return this.#inner.createTemporary(name, query);
  }
}

/** A connection whose members need their object. */
class ClassConnection implements SqlConnection {
  readonly #inner: SqlConnection;
  readonly #dialect: Dialect;
  constructor(inner: SqlConnection) {
    this.#inner = inner;
    this.#dialect = new ClassDialect(inner.dialect);
  }
  get dialect(): Dialect {
    return this.#dialect;
  }
  begin(mode: 'read' | 'write'): Promise<void> {
    return this.#inner.begin(mode);
  }
  commit(): Promise<void> {
    return this.#inner.commit();
  }
  rollback(): Promise<void> {
    return this.#inner.rollback();
  }
  rows(sql: string, params?: readonly SqlParam[]): ReturnType<SqlConnection['rows']> {
    return this.#inner.rows(sql, params);
  }
  run(sql: string, params?: readonly SqlParam[]): Promise<number> {
    return this.#inner.run(sql, params);
  }
  introspect(): ReturnType<SqlConnection['introspect']> {
    return this.#inner.introspect();
  }
  relations(): ReturnType<SqlConnection['relations']> {
    return this.#inner.relations();
  }
  createDataset(): Promise<void> {
    return this.#inner.createDataset();
  }
  bulkAppend(target: AppendTarget, chunks: AsyncIterable<TableChunk>): Promise<number> {
    return this.#inner.bulkAppend(target, chunks);
  }
  query(sql: string, params: readonly unknown[]): ReturnType<SqlConnection['query']> {
    return this.#inner.query(sql, params);
  }
}

const folder = temporaryFolder();

function setUp() {
  const made = newDataset('data');
  const calls = { closed: 0 };
  const destination = sqlDestination({
    kind: 'sqlite',
    destinationType: 'dlt.destinations.sqlalchemy',
    describe: (name) => `memory:${name}`,
    async open() {
      const driver = connectTo({ location: 'memory:p/data', dataset: () => made, exists: () => true });
      const connect: SqlDriver['connect'] = (work, options) =>
        driver.connect((connection) => work(new ClassConnection(connection)), options);
      return {
        ...driver,
        connect,
        exclusive: (work) => driver.exclusive(() => work(connect)),
        close: async () => {
          calls.closed += 1;
        },
      };
    },
  });
  const p = pipeline({
    name: 'p',
    destination,
    dataset: 'data',
    workDir: mkdtempSync(path.join(folder, 'w-')),
  });
  return { p, calls };
}

const orders = (writeDisposition: 'append' | 'merge' | 'replace', ...ids: number[]) =>
  resource({
    name: 'orders',
    primaryKey: 'id',
    writeDisposition,
    extract: () => [ids.map((id) => ({ id, lines: [{ n: id }] }))],
  });

describe('a driver whose dialect and connections are class instances', () => {
  test('takes every disposition', async () => {
    const { p } = setUp();
    await p.run(orders('append', 1, 2));
    await p.run(orders('merge', 2, 3));
    const data = p.dataset();
    expect(await data.rowCounts()).toEqual({ orders: 3, orders__lines: 3 });
    await p.run(orders('replace', 9));
    expect(await data.rowCounts()).toEqual({ orders: 1, orders__lines: 1 });
    await p.close();
  });

  test('lends its one connection while a result that it gave as a whole is read', async () => {
    const { p } = setUp();
    await p.run(orders('append', 1, 2));
    const data = p.dataset();
    const read: unknown[] = [];
    for await (const { id } of data.table<{ id: number }>('orders')) {
      const [more] = await data.sql<{ n: number }>('SELECT count(*) AS n FROM orders').toArray();
      await p.run(orders('append', id + 10));
      read.push([id, more?.n]);
    }
    expect(read).toEqual([
      [1, 2],
      [2, 3],
    ]);
    await p.close();
  });

  test('is closed once, after the work that waits for its turn, and takes no more', async () => {
    const { p, calls } = setUp();
    const dataset = await p.openDataset();
    const done: string[] = [];
    const claims = ['a', 'b'].map((loadKey) =>
      dataset.claim([{ loadKey, workflowId: 'w', runId: 'r', attempt: 1 }]).then(() => done.push(loadKey)),
    );
    await Promise.all([dataset.close(), dataset.close()]);
    expect([done, calls.closed]).toEqual([['a', 'b'], 1]);
    await Promise.all(claims);
    await expect(dataset.findLoad('a')).rejects.toMatchObject({ code: 'USAGE' });
  });
});
