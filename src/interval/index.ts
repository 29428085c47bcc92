export { lastTicks, tickAtOrAfter, ticksFrom } from './canonical-ticks';
export { type ChunkSize, type ChunksOptions, chunks, parseChunkSize } from './chunks';
export { type CalendarCron, type Cron, type DayRule, type EveryCron, parseCron } from './cron';
export type { CronField, CronFieldName } from './cron-field';
export { type CronWarning, cronWarnings } from './cron-warnings';
export type { Every } from './every';
export {
  addDuration,
  type CalendarUnit,
  type InstantInput,
  parseInstant,
  startOfUnit,
} from './local-time';
export { nextTick, ticks } from './next-tick';
export * from './plain';
export type { RunRange } from './run-range';
export { type DueQuery, makeTimetable, type Timetable, type TimetableOptions } from './timetable';
export { type OffsetPeriod, type Zone, zoneNamed } from './zone';
