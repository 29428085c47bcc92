import { z } from 'zod';
import { DAY_MS } from '../../interval';

const MONTH = /^\d{4}\/(0[1-9]|1[0-2])$/;

/** A month as the API writes it, `YYYY/MM`, and its range in UTC. */
interface Month {
  readonly text: string;
  /** Epoch milliseconds of its first instant, UTC. */
  readonly startMs: number;
  /** Epoch milliseconds of the first instant of the month that follows. */
  readonly endMs: number;
}

/** A parameter that takes a month. */
export const monthParam = (): z.ZodOptional<z.ZodString> =>
  z.string().regex(MONTH, 'it must be a month as YYYY/MM, such as "2023/07"').optional();

/** The month at the end of an archive's address; undefined where there is none. */
export function monthOfArchive(url: string): Month | undefined {
  const text = url.slice(-7);
  if (!MONTH.test(text)) return undefined;
  const [year, month] = [Number(text.slice(0, 4)), Number(text.slice(5))];
  return { text, startMs: Date.UTC(year, month - 1, 1), endMs: Date.UTC(year, month, 1) };
}

/**
 * Whether an archive may hold games of `[startMs, endMs)`. A day more on both sides: the API doesn't say in which zone
 * its months are, and the games themselves are cut by their own time.
 */
export const mayOverlap = (month: Month, startMs: number, endMs: number): boolean =>
  month.startMs - DAY_MS < endMs && month.endMs + DAY_MS > startMs;

/** Whether nothing will be added to an archive: a day after its month, as the API may serve an answer of 12 hours ago. */
export const isComplete = (month: Month, nowMs: number): boolean => month.endMs + DAY_MS <= nowMs;
