import { environmentVariable } from '../config';
import type { CursorEnvironment, SchedulerContext } from '../incremental';
import type { LoadRequest } from './load-request';

/** The time that the scheduler gives to a resource's incrementals; none for a run that no scheduler drives. */
export function schedulerContext(
  request: LoadRequest,
  firstStart: string | undefined,
): SchedulerContext | undefined {
  if (request.mode === 'incremental')
    return firstStart === undefined ? undefined : { start: firstStart, end: null, mode: 'incremental' };
  if (request.interval === undefined) return undefined;
  const { start, end } = request.interval;
  return { start: start === end ? start : (request.lookbackStart ?? start), end };
}

/** Bounds from the environment, as dlt names them, for runs that no scheduler drives. */
export function cursorEnvironment(): CursorEnvironment {
  return {
    DLT_START_VALUE: environmentVariable('DLT_START_VALUE'),
    DLT_END_VALUE: environmentVariable('DLT_END_VALUE'),
  };
}
