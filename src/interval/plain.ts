/**
 * The part of this folder that uses neither time zones nor crons, and so gives the same answer in a replay: workflow code
 * may use it. Whatever needs a zone or a cron is computed in an activity or a client.
 */
export {
  DAY_MS,
  type Duration,
  durationMs,
  HOUR_MS,
  isExactDuration,
  parseDuration,
  timesDuration,
} from './duration';
export { formatInstant, instantMs, readWrittenInstant } from './instant';
export {
  compareIntervals,
  type Interval,
  intervalContains,
  intervalLengthMs,
  intervalOf,
  intervalsOverlap,
  isEmptyInterval,
  makeInterval,
  type Span,
  sameInterval,
  spanOf,
} from './interval';
export {
  covers,
  gaps,
  type IntervalSet,
  intersect,
  intervalSet,
  overlapsAny,
  subtract,
  unbrokenUntil,
  unionOf,
} from './interval-set';
