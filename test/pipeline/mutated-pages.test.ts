import { LoadFailedError } from '../../src';
import { leavesOfPage, leavesOfTables } from '../normalize/leaves';
import type { Row } from '../normalize/load-rows';
import { drawFrom, mutatedPage } from '../normalize/mutate';
import { freshPlace, temporaryFolder } from './harness';
import { resource, sourceOf } from './sources';

const folder = temporaryFolder();
const SEED = Number(process.env['MUTATED_PAGES_SEED'] ?? 7_001);
const DATASETS = 40;

test('mutated pages through DuckDB: each load has a coded error and leaves nothing, or every value is read back', async () => {
  const outcomes = { loaded: 0, refused: 0 };
  for (let seed = SEED; seed < SEED + DATASETS; seed++) {
    const draw = drawFrom(seed);
    const target = freshPlace(folder).pipeline();
    const expected: string[] = [];
    for (let load = 0; load < 2; load++) {
      const { page, refused } = mutatedPage(draw);
      const at = `MUTATED_PAGES_SEED=${seed}, load ${load}`;
      const items = resource({
        name: 'items',
        async *extract() {
          yield page;
        },
      });
      const error = await target.run(sourceOf('shop', [items])).then(
        () => undefined,
        (failure: unknown) => failure,
      );
      const code = error instanceof LoadFailedError ? error.failures[0]?.code : error;
      expect({ at, code }).toEqual({ at, code: refused ? 'ROW_INVALID' : undefined });
      outcomes[refused ? 'refused' : 'loaded']++;
      if (!refused) expected.push(...leavesOfPage(page));
      const dataset = target.dataset();
      const tables: Record<string, Row[]> = {};
      for (const name of await dataset.tables())
        tables[name] = (await dataset.sql(`SELECT * FROM "${name}"`).toArray()) as Row[];
      expect([at, ...leavesOfTables(tables, 'items').sort()]).toEqual([at, ...expected.toSorted()]);
    }
    await target.close();
  }
  expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(0);
}, 120_000);
