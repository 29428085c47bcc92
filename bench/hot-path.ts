// Prints what flattening costs, as a multiple of JSON.parse of the same bytes in this process: `{"events":0.7,"flat":0.8}`.
// A program of its own, since Jest runs code in a context in which every global name is slow.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createNormalizer } from '../src/normalize';
import { newSchema } from '../src/schema';
import { eventPage, flatPage } from './generator';

const ROUNDS = 8;
/** Pages of a round: enough that the clock's grain and the first rows' warm-up don't count. */
const PAGES = { events: 6, flat: 30 } as const;

const cpuMicros = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** Flattens pages into staged batches, as a load does with what it extracted. */
async function stage(name: string, pages: readonly unknown[][], spillDir: string): Promise<void> {
  const normalizer = createNormalizer({
    schema: newSchema('hot_path'),
    spillDir,
    resource: {
      name,
      primaryKey: ['id'],
      writeDisposition: 'append',
      rootKey: false,
      incrementalColumns: [],
    },
  });
  for (const page of pages) await normalizer.write(page);
  const { rows } = await normalizer.finish();
  const expected = pages.reduce((sum, page) => sum + page.length, 0);
  if (rows[name] !== expected)
    throw new Error(`${name} was flattened to ${rows[name]} rows, not ${expected}.`);
  await normalizer.abort();
}

/** Of parsing and of flattening the best of several rounds: what else the machine does only ever adds. */
async function costOf(name: keyof typeof PAGES, page: (index: number) => unknown[]): Promise<number> {
  const texts = Array.from({ length: PAGES[name] }, (_, index) => JSON.stringify(page(index)));
  const spillDir = mkdtempSync(path.join(tmpdir(), 'tidemark-hot-path-'));
  let parsing = Number.POSITIVE_INFINITY;
  let staging = Number.POSITIVE_INFINITY;
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const begun = cpuMicros();
      const pages = texts.map((text) => JSON.parse(text) as unknown[]);
      const parsed = cpuMicros();
      await stage(name, pages, spillDir);
      parsing = Math.min(parsing, parsed - begun);
      staging = Math.min(staging, cpuMicros() - parsed);
    }
  } finally {
    rmSync(spillDir, { recursive: true, force: true });
  }
  return staging / parsing;
}

async function main(): Promise<void> {
  const events = await costOf('events', eventPage);
  const flat = await costOf('flat', flatPage);
  console.log(JSON.stringify({ events, flat }));
}

void main();
