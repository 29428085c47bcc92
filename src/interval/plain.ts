/**
 * The part of this folder that knows no zone and no cron, and so gives the same answer in a replay: what workflow code
 * may import. Everything else is planned in an activity or a client.
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
export { formatInstant, instantMs } from './instant';
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
  subtract,
  touches,
  unbrokenUntil,
  unionOf,
} from './interval-set';
