import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A source of its own, loaded into DuckDB: the second run goes on from the first. */
const CONFIG = `import { defineConfig, defineSource, duckdb, incremental, pipeline, resource } from 'tidemark';
import { z } from 'zod';

const counter = defineSource({
  name: 'counter',
  config: z.object({ upTo: z.coerce.number().default(3) }),
  resources: (c) => [
    resource({
      name: 'numbers',
      primaryKey: 'id',
      incremental: { id: incremental({ cursor: 'id', type: 'integer', initialValue: 0 }) },
      *extract({ incremental: { id } }) {
        for (let next = id.lastValue; next < c.upTo; next += 1) yield [{ id: next, tags: ['a', 'b'] }];
      },
    }),
  ],
});

export default defineConfig({
  temporal: { taskQueue: 'first' },
  pipelines: [
    {
      pipeline: pipeline({ name: 'first', destination: duckdb({ path: 'first.duckdb' }), dataset: 'data' }),
      source: () => counter(),
      mode: 'incremental',
    },
  ],
});
`;

/** Writes an empty project with one pipeline, `first`, of numbers from 0 up to `SOURCES__COUNTER__UP_TO`. */
export function writeProject(folder, files = {}) {
  mkdirSync(folder, { recursive: true });
  const all = {
    'package.json': JSON.stringify({ name: 'first-project', private: true }),
    'temporal.config.ts': CONFIG,
    ...files,
  };
  for (const [name, text] of Object.entries(all)) writeFileSync(path.join(folder, name), text);
}

/**
 * Loads twice and looks at what is there.
 *
 * @param tidemark runs the command with arguments and variables, and gives what it wrote
 * @throws Error that says what is there instead
 */
export async function checkRuns(tidemark) {
  for (const upTo of [3, 5]) {
    await tidemark(['run', 'first', '--local'], { SOURCES__COUNTER__UP_TO: String(upTo) });
    await checkRows(tidemark, upTo);
  }
}

/** @throws Error where there aren't as many numbers, each with two tags */
async function checkRows(tidemark, rows) {
  const sql =
    'SELECT (SELECT count(*) FROM numbers)::integer AS numbers, (SELECT count(*) FROM numbers__tags)::integer AS tags';
  const out = await tidemark(['query', sql, '--json'], {});
  const [found] = JSON.parse(out.split('\n').find((line) => line.startsWith('{'))).rows;
  if (found.numbers === rows && found.tags === 2 * rows) return;
  throw new Error(`Expected ${rows} numbers with two tags each, and found ${JSON.stringify(found)}.`);
}
