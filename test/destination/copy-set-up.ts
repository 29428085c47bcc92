import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import {
  Decimal,
  duckdb,
  type Pipeline,
  PlainDate,
  PlainTime,
  pipeline,
  resource,
  Timestamp,
} from '../../src';
import type { CopyProgress, CopyReport, Destination } from '../../src/destination';
import { temporaryFolder } from './harness';

const folder = temporaryFolder();

export function setUp() {
  const here = mkdtempSync(path.join(folder, 'copy-'));
  const at = (destination: Destination, name = 'shop'): Pipeline =>
    pipeline({ name, destination, dataset: 'data', workDir: here });
  const file = (name: string): Destination => duckdb({ path: path.join(here, `${name}.duckdb`) });
  return { here, at, file, source: at(file('source')) };
}

interface Asked {
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CopyProgress) => void;
}

export async function copy(from: Pipeline, to: Pipeline, asked: Asked = {}): Promise<CopyReport> {
  const source = await from.openDataset();
  const target = await to.openDataset();
  try {
    return await source.contents((contents) => target.receive(contents, { clock: Date.now, ...asked }));
  } finally {
    await source.close();
    await target.close();
  }
}

export const everything = [
  {
    id: 1,
    whole: 9_007_199_254_740_993n,
    least: -(2n ** 63n),
    beyond: 2n ** 70n,
    half: 0.1,
    yes: true,
    text: 'ünï\u{1F600}code, longer than twelve bytes',
    short: '',
    at: new Timestamp(1_700_000_000_123_456n),
    before: new Timestamp(-1n),
    day: new PlainDate('0001-02-03'),
    time: new PlainTime('23:59:59.999999'),
    amount: new Decimal('-12345678901234567890.123456789'),
    bytes: new Uint8Array([0, 255, 1]),
    odd: { b: [1, 2.5, null], a: { z: 'x' } },
    tags: ['a', 'b'],
    lines: [{ sku: 'x', parts: [{ n: 1 }, { n: 2 }] }, { sku: 'y' }],
  },
  { id: 2, tags: [], lines: [{ sku: null }] },
  { id: 3, half: -0, yes: false, text: null, whole: 0 },
];

export const all = resource({
  name: 'all',
  columns: { odd: { dataType: 'json' } },
  extract: () => [everything],
});

/** What each table has, in the order of its rows' ids. */
export async function rowsIn(p: Pipeline): Promise<Record<string, unknown>> {
  await using data = p.dataset();
  const found: Record<string, unknown> = {};
  for (const table of await data.tables())
    found[table] = (await data.table(table).toArray()).map((row) => JSON.stringify(row, exactly)).sort();
  return found;
}

export const exactly = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? `${value}n` : value instanceof Uint8Array ? [...value] : value;
