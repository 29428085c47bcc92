import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { pipeline, resource } from '../../src';
import type { Dataset, DatasetRef, Destination } from '../../src/destination/public';
import { temporaryFolder } from './harness';
import { sqlite } from './sqlite';

/** A dataset whose members are found through its prototype, and whose state is private to its class. */
class CountingDataset implements Dataset {
  readonly #inner: Dataset;
  readonly #closed: () => void;

  constructor(inner: Dataset, closed: () => void) {
    this.#inner = inner;
    this.#closed = closed;
  }

  get name(): string {
    return this.#inner.name;
  }
  get location(): string {
    return this.#inner.location;
  }
  quote(name: string): string {
    return this.#inner.quote(name);
  }
  qualify(table: string): string {
    return this.#inner.qualify(table);
  }
  snapshot(...given: Parameters<Dataset['snapshot']>): ReturnType<Dataset['snapshot']> {
    return this.#inner.snapshot(...given);
  }
  findLoad(...given: Parameters<Dataset['findLoad']>): ReturnType<Dataset['findLoad']> {
    return this.#inner.findLoad(...given);
  }
  claim(...given: Parameters<Dataset['claim']>): ReturnType<Dataset['claim']> {
    return this.#inner.claim(...given);
  }
  revokeClaims(...given: Parameters<Dataset['revokeClaims']>): ReturnType<Dataset['revokeClaims']> {
    return this.#inner.revokeClaims(...given);
  }
  commit(...given: Parameters<Dataset['commit']>): ReturnType<Dataset['commit']> {
    return this.#inner.commit(...given);
  }
  record(...given: Parameters<Dataset['record']>): ReturnType<Dataset['record']> {
    return this.#inner.record(...given);
  }
  ledger(...given: Parameters<Dataset['ledger']>): ReturnType<Dataset['ledger']> {
    return this.#inner.ledger(...given);
  }
  coverage(...given: Parameters<Dataset['coverage']>): ReturnType<Dataset['coverage']> {
    return this.#inner.coverage(...given);
  }
  fixClock(...given: Parameters<Dataset['fixClock']>): ReturnType<Dataset['fixClock']> {
    return this.#inner.fixClock(...given);
  }
  dropResources(...given: Parameters<Dataset['dropResources']>): ReturnType<Dataset['dropResources']> {
    return this.#inner.dropResources(...given);
  }
  editState(...given: Parameters<Dataset['editState']>): ReturnType<Dataset['editState']> {
    return this.#inner.editState(...given);
  }
  definitions(...given: Parameters<Dataset['definitions']>): ReturnType<Dataset['definitions']> {
    return this.#inner.definitions(...given);
  }
  tables(): ReturnType<Dataset['tables']> {
    return this.#inner.tables();
  }
  relations(): ReturnType<Dataset['relations']> {
    return this.#inner.relations();
  }
  query(...given: Parameters<Dataset['query']>): ReturnType<Dataset['query']> {
    return this.#inner.query(...given);
  }
  stream(...given: Parameters<Dataset['stream']>): ReturnType<Dataset['stream']> {
    return this.#inner.stream(...given);
  }
  contents: Dataset['contents'] = (use) => this.#inner.contents(use);
  receive(...given: Parameters<Dataset['receive']>): ReturnType<Dataset['receive']> {
    return this.#inner.receive(...given);
  }
  async close(): Promise<void> {
    this.#closed();
    await this.#inner.close();
  }
}

class CountingDestination implements Destination {
  readonly #inner = sqlite();
  #open = 0;
  readonly homes: (string | undefined)[] = [];

  get kind(): string {
    return 'counting';
  }
  get destinationType(): string {
    return this.#inner.destinationType;
  }
  get stillOpen(): number {
    return this.#open;
  }
  describe(name: string): string {
    return this.#inner.describe(name);
  }
  async open(ref: DatasetRef): Promise<Dataset> {
    const dataset = await this.#inner.open(ref);
    this.#open += 1;
    this.homes.push(ref.home);
    return new CountingDataset(dataset, () => {
      this.#open -= 1;
    });
  }
}

const folder = temporaryFolder();

function setUp() {
  const destination = new CountingDestination();
  const workDir = mkdtempSync(path.join(folder, 'work-'));
  return { destination, p: pipeline({ name: 'p', destination, dataset: 'data', workDir }) };
}

const orders = (...ids: number[]) =>
  resource({ name: 'orders', extract: () => [ids.map((id) => ({ id, lines: [{ n: id }] }))] });

describe('a destination and a dataset that are class instances', () => {
  test('are loaded into and read back', async () => {
    const { destination, p } = setUp();
    await p.run(orders(1, 2));
    await p.run(orders(3));
    const data = p.dataset();
    expect(await data.tables()).toEqual(['orders', 'orders__lines']);
    expect(await data.rowCounts()).toEqual({ orders: 3, orders__lines: 3 });
    expect((await data.table<{ id: number }>('orders').toArray()).map(({ id }) => id)).toEqual([1, 2, 3]);
    expect((await data.sql('SELECT id FROM orders WHERE id > ?', [1]).toColumns()).length).toBe(2);
    expect(await data.table('orders').count()).toBe(3);
    await data.close();
    expect(destination.stillOpen).toBe(0);
  });

  test('are opened for more than a run, and closed with the pipeline', async () => {
    const { destination, p } = setUp();
    await p.run(orders(1));
    const dataset = await p.openDataset();
    expect(dataset).toMatchObject({ name: 'data', location: 'memory:p/data' });
    expect((await dataset.ledger()).map(({ resource: name, rows }) => [name, rows])).toEqual([['orders', 1]]);
    expect(destination.stillOpen).toBe(1);
    await p.close();
    expect(destination.stillOpen).toBe(0);
  });

  test('are shared by components that run apart, each with a state of its own', async () => {
    const { destination, p } = setUp();
    const isolated = p.isolated('orders');
    await isolated.run(orders(1));
    expect(isolated.destination.kind).toBe('counting');
    expect(isolated.destination.describe(isolated.name)).toBe(p.destination.describe('p'));
    expect(new Set(destination.homes)).toEqual(new Set(['p']));
    const data = p.dataset();
    expect(await data.rowCounts()).toEqual({ orders: 1, orders__lines: 1 });
    const dataset = await p.openDataset();
    expect((await dataset.ledger()).map((row) => row.pipeline)).toEqual(['p_orders']);
    await p.close();
  });
});
