import { isDeepStrictEqual } from 'node:util';
import type { PipelineRef, ResolvedPipeline } from '../config';
import type { BackfillInput, LoadIntervalInput, RunKind } from '../contracts';
import { listComponents, partByReach } from '../plan';
import type { Source } from '../source';
import type { Difference } from './types';

type Entry = Pick<ResolvedPipeline<PipelineRef, Source>, 'name' | 'sources'>;

/** Whatever was asked for, by the flag that asks for it; undefined where it wasn't. */
type Asked = readonly (readonly [field: string, running: unknown, asked: unknown])[];

const text = (value: unknown): string | undefined =>
  value === undefined ? undefined : Array.isArray(value) ? value.join(', ') : String(value);

function differing(asked: Asked): Difference[] {
  return asked
    .filter(([, running, wanted]) => !isDeepStrictEqual(running, wanted))
    .map(([field, running, wanted]) => ({ field, from: text(running), to: text(wanted) }));
}

/** The resources that are loaded, whether they were named or are all that there are. */
function resourcesIn(entry: Entry, resources: readonly string[] | undefined, kind: RunKind): string[] {
  const all = listComponents(entry);
  const loaded = all.flatMap((component) => component.resources.map(({ name }) => name));
  // a run that was started with another config
  if (resources?.some((name) => !loaded.includes(name))) return [...resources].sort();
  const components = resources === undefined ? all : listComponents(entry, resources);
  const live = kind === 'manual' || kind === 'schedule';
  const reached = live ? components : partByReach(components).reached;
  return reached.flatMap((component) => component.resources.map(({ name }) => name)).sort();
}

/** What is bound, by its names alone: values may be anybody's. */
function bound(bind: LoadIntervalInput['bind'] = {}): string | undefined {
  const names = Object.entries(bind).flatMap(([resource, values]) =>
    Object.keys(values).map((parameter) => `${resource}.${parameter}`),
  );
  return names.length === 0 ? undefined : names.sort().join(', ');
}

const flag = (set: boolean | undefined): string | undefined => (set === true ? 'set' : undefined);

/** In what the run that is asked for differs from one of the same id. */
export function runDifferences(
  entry: Entry,
  running: LoadIntervalInput,
  asked: LoadIntervalInput,
): Difference[] {
  const both = (of: (input: LoadIntervalInput) => unknown): [unknown, unknown] => [of(running), of(asked)];
  const differences = differing([
    ['--resource', ...both(({ resources, kind = 'schedule' }) => resourcesIn(entry, resources, kind))],
    ['--bind', ...both(({ bind }) => bound(bind))],
    ['--full-refresh', ...both(({ fullRefresh }) => flag(fullRefresh))],
    ['--replace', ...both(({ replace }) => flag(replace))],
    ['--force', ...both(({ force }) => flag(force))],
    ['--group', ...both(({ group }) => group?.length)],
    ['--logical-date', ...both(({ time }) => (time?.kind === 'logicalDate' ? time.at : undefined))],
  ]);
  const rebound = isDeepStrictEqual(running.bind ?? {}, asked.bind ?? {});
  if (rebound || differences.some(({ field }) => field === '--bind')) return differences;
  return [
    ...differences,
    { field: '--bind', from: bound(running.bind), to: `${bound(asked.bind)} (other values)` },
  ];
}

/** In what the backfill that is asked for differs from one of the same id. */
export function backfillDifferences(
  entry: Entry,
  running: BackfillInput,
  asked: BackfillInput,
): Difference[] {
  const both = (of: (input: BackfillInput) => unknown): [unknown, unknown] => [of(running), of(asked)];
  // one that was resized is the same as what it was, and as what it is
  const parallels = [running.parallel ?? 1, running.carried?.parallel];
  const parallel = asked.parallel ?? 1;
  return differing([
    ['--from', ...both(({ range }) => range.from)],
    ['--to', ...both(({ range }) => range.to)],
    ['--chunk', ...both(({ range }) => String(range.chunk ?? 'cron'))],
    ['selection', ...both(({ range }) => `--${range.select ?? 'missing'}`)],
    ['--order', ...both(({ range }) => range.order ?? 'oldest')],
    ['--group', ...both(({ range }) => range.group ?? 1)],
    ['--resource', ...both(({ resources, kind }) => resourcesIn(entry, resources, kind))],
    [
      '--parallel',
      parallels.includes(parallel) ? parallel : (running.carried?.parallel ?? parallels[0]),
      parallel,
    ],
  ]);
}

/** Differences for a person: `--parallel 1, not 7; no --replace, asked for with it`. */
export function differencesText(differences: readonly Difference[]): string {
  return differences
    .map(({ field, from, to }) => `${field}: ${from ?? 'not set'} there, ${to ?? 'not set'} here`)
    .join('; ');
}
