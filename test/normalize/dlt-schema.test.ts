import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResourceHints } from '../../src/normalize';
import { newSchema, parseSchema, schemaHash, serializeSchema, withStateTable } from '../../src/schema';
import { ROOT } from '../root';
import { loadPages } from './load-rows';

interface Scenario {
  readonly about: string;
  readonly hints: Partial<ResourceHints>;
  readonly runs: readonly {
    readonly rows: readonly unknown[];
    readonly writeDisposition?: ResourceHints['writeDisposition'];
  }[];
  /** Whether dlt stored a state with it. */
  readonly state: boolean;
  /** The version hash that dlt 1.31 stored after the last run, written by running it with the same hints and rows. */
  readonly hash: string;
}

const scenarios = JSON.parse(
  readFileSync(join(ROOT, 'test/normalize/dlt-schema-hashes.json'), 'utf8'),
) as readonly Scenario[];

describe('the schema is dlt’s to the letter, so that dlt stores no version of its own', () => {
  test.each(scenarios.map((scenario) => [scenario.about, scenario] as const))(
    '%s',
    async (_, { hints, runs, state, hash }) => {
      let schema = newSchema('zd');
      for (const { rows, writeDisposition } of runs) {
        const own = writeDisposition === undefined ? {} : { writeDisposition };
        schema = (await loadPages([rows], { name: 'ev', ...hints, ...own }, { schema })).result.schema;
        schema = parseSchema(serializeSchema(schema));
      }
      expect(schemaHash(state ? withStateTable(schema) : schema)).toBe(hash);
    },
  );

  test('a load that changes nothing keeps version and hash', async () => {
    const first = await loadPages([[{ id: 1, l: [1] }]]);
    const second = await loadPages([[{ id: 2, l: [2] }]], {}, { schema: first.result.schema });
    expect(second.result.schema).toEqual(first.result.schema);
    expect(second.result.schemaChanges).toEqual([]);
  });
});
