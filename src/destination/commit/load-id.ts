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
  const stored = /^(\d{10})(?:\.(\d+))?$/.exec(greatest);
  if (stored === null) throw skew(greatest, now);
  const micros = BigInt(stored[1]!) * 1_000_000n + BigInt((stored[2] ?? '').slice(0, 6).padEnd(6, '0')) + 1n;
  if (micros - nowMicros > SKEW_LIMIT_S * 1_000_000n) throw skew(greatest, now);
  return loadIdOf(micros);
}

/** Microseconds since the epoch of a drawn load id. */
export function microsOfLoadId(loadId: string): bigint {
  return BigInt(loadId.replace('.', ''));
}

function loadIdOf(micros: bigint): string {
  return `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, '0')}`;
}

function skew(greatest: string, now: string): TidemarkError {
  return new TidemarkError(
    'CLOCK_SKEW',
    `The dataset holds the load id "${greatest}", but this machine's clock says "${now}". Load ids must grow, so nothing was committed; set the clock right, or correct that row of _dlt_loads.`,
    { details: { greatest, now } },
  );
}
