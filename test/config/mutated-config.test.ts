import { resolveConfig } from '../../src/config';
import { ERROR_CODES, isTidemarkError } from '../../src/errors';
import { mutatedConfig } from './mutated-config';

const SEED = 20_260_112;
const COUNT = 2000;

type Outcome = { readonly kind: 'resolved' } | { readonly kind: 'refused'; readonly code: string };

/** What becomes of the config of a seed: `mutatedConfig(seed)` makes the same one again. */
function outcomeOf(seed: number): Outcome {
  const at = `seed ${seed}`;
  try {
    const { pipelines, worker } = resolveConfig(mutatedConfig(seed) as never, { now: 1_704_067_200_000 });
    for (const { retries, timeoutMs, schedule, maxActiveRuns, decompose } of pipelines) {
      const numbers = [retries, timeoutMs, maxActiveRuns, decompose.limit, worker.gracefulStopMs];
      if (schedule !== undefined) numbers.push(schedule.delayMs, schedule.jitterMs);
      expect({ at, unsafe: numbers.filter((one) => !Number.isSafeInteger(one)) }).toEqual({ at, unsafe: [] });
      expect({ at, retries }).toEqual({ at, retries: Math.min(retries, 1000) });
    }
    return { kind: 'resolved' };
  } catch (error) {
    if (!isTidemarkError(error))
      throw new Error(`seed ${seed} gave a raw error: ${String((error as Error)?.stack)}`);
    expect({ at, known: Object.hasOwn(ERROR_CODES, error.code) }).toEqual({ at, known: true });
    expect({ at, short: error.message.length <= 4000, message: error.message }).toMatchObject({
      at,
      short: true,
    });
    expect({ at, message: error.message }).not.toEqual({
      at,
      message: expect.stringMatching(/hidden-|function Object/),
    });
    return { kind: 'refused', code: error.code };
  }
}

test(`of ${COUNT} mutated configs each resolves or is refused with a code, in a short message without a secret`, () => {
  const outcomes = Array.from({ length: COUNT }, (_, index) => outcomeOf(SEED + index));
  const refused = outcomes.filter(({ kind }) => kind === 'refused').length;
  // neither are nearly all refused for one reason, nor does nothing get noticed
  expect(refused).toBeGreaterThan(COUNT / 2);
  expect(COUNT - refused).toBeGreaterThan(COUNT / 20);
});
