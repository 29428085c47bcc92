import { shown, TidemarkError } from '../errors';
import { durationMs, readWrittenInstant } from '../interval';
import { Timestamp } from '../value';

/** A clock that stands until it is set: an emulator, a run and a test can go by the same one. */
export interface TestClock {
  /** Epoch milliseconds, as the `now` of an emulator gives them. */
  readonly now: () => number;
  /** Sets it to another instant, earlier ones too. @throws INSTANT_INVALID */
  set(at: TestInstant): void;
  /** Moves it on by a duration: `'90s'`, `'1h'`, `'1d'`. @throws DURATION_INVALID */
  advance(duration: string): void;
}

/** An instant: ISO text (a date alone is its first moment, a text without an offset is in UTC), a Date, a Timestamp, or a clock. */
export type TestInstant = string | Date | Timestamp | TestClock;

/**
 * Makes a clock that stands at an instant.
 *
 * @throws INSTANT_INVALID
 * @example
 * const clock = testClock('2024-03-02T12:00:00Z');
 * const api = await startEmulator({ now: clock.now, routes });
 * await loadForTest(source, { now: clock, interval: { start: '2024-03-01T00:00:00Z', end: '2024-03-01T00:00:00Z' } });
 */
export function testClock(at: TestInstant): TestClock {
  let ms = instantOf(at).toMillis();
  return {
    now: () => ms,
    set(to) {
      ms = instantOf(to).toMillis();
    },
    advance(duration) {
      ms += durationMs(duration);
    },
  };
}

/** @throws INSTANT_INVALID */
export function instantOf(at: TestInstant): Timestamp {
  const instant = typeof at === 'string' ? writtenInstant(at) : readInstant(at);
  if (instant !== undefined) return instant;
  throw new TidemarkError(
    'INSTANT_INVALID',
    `"${shown(at)}" is not an instant; write a date and time such as 2024-01-31T06:00:00Z, a Date, a Timestamp or a testClock(…).`,
  );
}

/** The instant that a text names, read as UTC where it has no offset; undefined for one that names none. */
export function writtenInstant(text: string): Timestamp | undefined {
  const written = readWrittenInstant(text);
  if (written === undefined) return undefined;
  const ms = written.wallMs - (written.offsetMs ?? 0);
  return new Timestamp(BigInt(ms) * 1000n + BigInt(written.micros));
}

function readInstant(at: Exclude<TestInstant, string>): Timestamp | undefined {
  if (at instanceof Timestamp) return at;
  if (at instanceof Date) return Number.isNaN(at.getTime()) ? undefined : Timestamp.fromMillis(at.getTime());
  return typeof at?.now === 'function' ? Timestamp.fromMillis(at.now()) : undefined;
}
