import type { FailpointName } from '../../src/destination/failpoint';
import type { Faults, RequestKind } from '../emulators/bigquery/faults';
import type { Random } from '../simulation/random';
import { isFor } from './jobs';

const REASONS = ['backendError', 'rateLimitExceeded', 'jobRateLimitExceeded', 'internalError'];

const KINDS: readonly RequestKind[] = [
  { method: 'POST', path: /^\/jobs$/ },
  { method: 'GET', path: /^\/jobs\// },
  { method: 'GET', path: /^\/queries\// },
  { method: 'POST', path: /^\/upload/ },
  { method: 'PUT', path: /^\/upload/ },
  { method: 'POST', path: /\/tables$/ },
  { method: 'GET', path: /\/tables$/ },
  { method: 'POST', path: /^\/datasets$/ },
  { method: 'GET', path: /^\/datasets\/[^/]+$/ },
  { method: 'DELETE' },
];

const POINTS: readonly FailpointName[] = [
  'after-load-job',
  'after-read',
  'after-stage',
  'after-ddl',
  'before-commit',
  'after-script',
  'after-commit',
];

/** Something that goes wrong. */
export interface Disturbance {
  readonly what: string;
  /** Where the process is to die, if that is it. */
  readonly dies?: FailpointName;
}

/** Lets something go wrong that passes: an error, a lost answer, a job that fails, or a process that dies. */
export function disturb(faults: Faults, random: Random): Disturbance {
  const kind = random.pick(KINDS);
  const reason = random.pick(REASONS);
  const request = `${kind.method} ${kind.path ?? ''}`;
  const times = 1 + random.below(3);
  switch (random.below(6)) {
    case 0:
      faults.answer(kind, { reason, times });
      return { what: `${request} is answered by ${reason} ${times} times` };
    case 1:
      faults.cut(kind, times);
      return { what: `${request} is carried out and cut ${times} times` };
    case 2:
      faults.drop(kind, times);
      return { what: `${request} is cut off ${times} times` };
    case 3: {
      let seen = 0;
      faults.failJobs(() => ++seen === times, { reason });
      return { what: `job ${times} fails by ${reason}` };
    }
    case 4:
      // load jobs do all or nothing
      faults.failJobsAfter(isFor('commit'), { reason });
      return { what: `a script commits and fails by ${reason}` };
    default: {
      const dies = random.pick(POINTS);
      return { what: `the process dies ${dies}`, dies };
    }
  }
}
