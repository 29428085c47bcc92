import { isTidemarkError } from '../../src/errors';
import type { ResourceHints } from '../../src/normalize';
import { leavesOfPage, leavesOfTables } from './leaves';
import { loadPages } from './load-rows';
import { drawFrom, mutatedPage } from './mutate';

/**
 * Pages with faults, drawn from a seed. To replay those of a failure: MUTATED_PAGES_SEED=<the seed that it names>, which
 * then draws these first.
 */
const SEED = Number(process.env['MUTATED_PAGES_SEED'] ?? 20_240_501);
const PAGES = 10_000;
/** Pages that a dataset gets one after the other, each on the schema that the ones before it left. */
const LOADS = 2;

const HINTS: readonly Partial<ResourceHints>[] = [
  {},
  {},
  { maxTableNesting: 0 },
  { maxTableNesting: 1 },
  { rootKey: true },
  { schemaContract: { names: 'freeze' } },
];

test(`${PAGES} mutated pages: each gives an error with a code, or tables that have every value`, async () => {
  const outcomes = { loaded: 0, ROW_INVALID: 0, NAME_COLLISION: 0 };
  let pages = 0;
  for (let seed = SEED; pages < PAGES; seed++) {
    const draw = drawFrom(seed);
    const hints = draw.pick(HINTS);
    let schema: Parameters<typeof loadPages>[2];
    for (let load = 0; load < LOADS; load++) {
      pages++;
      const { page, refused } = mutatedPage(draw);
      const result = await loadPages([page], hints, schema).catch((error: unknown) => error);
      const at = `MUTATED_PAGES_SEED=${seed}, load ${load}`;
      if (result instanceof Error) {
        const code = isTidemarkError(result) ? result.code : `${result.stack}`;
        const frozen = hints.schemaContract !== undefined;
        const expected = [refused && 'ROW_INVALID', frozen && 'NAME_COLLISION'].filter(Boolean);
        expect({ at, expected }).toEqual({ at, expected: expect.arrayContaining([code]) });
        outcomes[code as keyof typeof outcomes]++;
        break;
      }
      const loaded = result as Awaited<ReturnType<typeof loadPages>>;
      expect([at, refused]).toEqual([at, false]);
      expect([at, ...leavesOfTables(loaded.tables, 'items')]).toEqual([at, ...leavesOfPage(page)]);
      outcomes.loaded++;
      schema = { schema: loaded.result.schema };
    }
  }
  // each kind of outcome is met, so that none of the checks is idle
  expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(20);
}, 120_000);
