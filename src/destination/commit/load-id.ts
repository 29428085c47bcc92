import { TidemarkError } from '../../errors';

const SKEW_LIMIT_S = 60n;

/**
 * Draws a load id: Unix seconds with six decimals, above every stored one. Ids are compared as text, by dlt too: with
 * ten digits before the point that is the order of the numbers.
 * @param greatest the greatest stored id as text, of whatever form
 * @param nowMicros microseconds since the epoch
 * @throws TidemarkError CLOCK_SKEW if the clock is behind `greatest` by more than a minute, or no id can follow it
 */
export function drawLoadId(greatest: string | undefined, nowMicros: bigint): string {
  const now = loadIdOf(nowMicros);
  if (greatest === undefined || now > greatest) return now;
  const stored = microsOfText(greatest);
  if (stored === undefined) throw skew(greatest, now);
  const micros = stored + 1n;
  if (micros - nowMicros > SKEW_LIMIT_S * 1_000_000n) throw skew(greatest, now);
  return loadIdOf(micros);
}

/** Microseconds since the epoch of a drawn load id. */
export function microsOfLoadId(loadId: string): bigint {
  return BigInt(loadId.replace('.', ''));
}

/**
 * The ids that are ahead of the clock, with those that they are to have: in their order, after all that aren't, and none ahead.
 * @param nowMicros microseconds since the epoch, by a clock that is right
 */
export function renamedLoadIds(
  stored: readonly string[],
  nowMicros: bigint,
): readonly { readonly from: string; readonly to: string }[] {
  const limit = loadIdOf(nowMicros + (SKEW_LIMIT_S / 2n) * 1_000_000n);
  const ahead = stored.filter((id) => id > limit).sort();
  if (ahead.length === 0) return [];
  const before = nowMicros - BigInt(ahead.length);
  const greatest = stored
    .filter((id) => id <= limit)
    .sort()
    .at(-1);
  // one beyond the clock is within what a drawn id may be ahead
  const least = microsOfText(greatest ?? '') ?? before;
  const first = (least > before ? least : before) + 1n;
  return ahead.map((from, at) => ({ from, to: loadIdOf(first + BigInt(at)) }));
}

/** Microseconds since the epoch of a stored load id; undefined if it isn't ten digits of seconds, maybe with a fraction. */
function microsOfText(loadId: string): bigint | undefined {
  const [, seconds, fraction = ''] = /^(\d{10})(?:\.(\d+))?$/.exec(loadId) ?? [];
  if (seconds === undefined) return undefined;
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
}

/** A moment as a load id. */
export function loadIdOf(micros: bigint): string {
  return `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, '0')}`;
}

function skew(greatest: string, now: string): TidemarkError {
  return new TidemarkError(
    'CLOCK_SKEW',
    `The dataset holds the load id "${greatest}", but this machine's clock says "${now}". Load ids must grow, so nothing was committed; set the clock right. If it is right, an earlier load had one that was ahead: \`tidemark doctor --fix-clock PIPELINE\` gives its loads ids of now.`,
    { details: { greatest, now } },
  );
}
