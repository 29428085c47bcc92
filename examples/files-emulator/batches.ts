import { gzipSync } from 'node:zlib';
import { DAY_MS } from '../../src/interval';
import { randomFor, whole } from '../emulator-kit';
import type { S3Emulator } from './server';

/**
 * Fills a bucket with a batch of contacts for each day, in two files of JSON lines: `crm/batches/2024/03/01/part-0.jsonl.gz`.
 * The same days give the same rows.
 *
 * @returns the rows in all
 */
export function fillWithBatches(
  emulator: Pick<S3Emulator, 'put'>,
  { from, days }: { readonly from: string; readonly days: number },
): number {
  let rows = 0;
  for (let index = 0; index < days; index++) {
    const time = Date.parse(`${from}T00:00:00Z`) + index * DAY_MS;
    const day = new Date(time).toISOString().slice(0, 10);
    for (const part of [0, 1]) {
      const lines = batchOf(day, part);
      rows += lines.length;
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
      const key = `crm/batches/${day.replaceAll('-', '/')}/part-${part}.jsonl.gz`;
      emulator.put(key, new Uint8Array(gzipSync(text)), new Date(time + DAY_MS).toISOString());
    }
  }
  return rows;
}

function batchOf(day: string, part: number): readonly object[] {
  const random = randomFor(Date.parse(day) / DAY_MS, part, 0);
  return Array.from({ length: 40 + whole(random, 20) }, (_, index) => ({
    contact: part * 1000 + index,
    batch_day: day,
    score: whole(random, 100),
  }));
}
