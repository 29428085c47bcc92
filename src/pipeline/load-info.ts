import { sumTimings } from './load-clock';
import { printLoadInfo } from './print-load-info';
import type { LoadInfo, LoadInfoData } from './types';

/** Freezes the outcome of a run and gives it its printed form. */
export function makeLoadInfo(outcome: Omit<LoadInfoData, 'loadIds' | 'timings'>): LoadInfo {
  const loadIds = outcome.resources.flatMap(({ status, loadId }) =>
    status === 'loaded' && loadId !== undefined ? [loadId] : [],
  );
  const timings = sumTimings(outcome.resources.flatMap((report) => report.timings ?? []));
  const data: LoadInfoData = { ...outcome, loadIds: [...new Set(loadIds)], timings };
  const info: LoadInfo = { ...data, toJSON: () => data, toString: () => printLoadInfo(data) };
  Object.defineProperty(info, 'toJSON', { enumerable: false });
  Object.defineProperty(info, 'toString', { enumerable: false });
  return Object.freeze(info);
}

/** The outcomes of several sources of one run as one. */
export function joinLoadInfos(infos: readonly LoadInfo[]): LoadInfo {
  const [first] = infos;
  if (first === undefined) throw new RangeError('A run has at least one source.');
  if (infos.length === 1) return first;
  const { pipeline, dataset, destination, location, interval, startedAt } = first;
  return makeLoadInfo({
    pipeline,
    dataset,
    destination,
    location,
    interval,
    startedAt,
    resources: infos.flatMap((info) => info.resources),
    finishedAt: infos.at(-1)!.finishedAt,
  });
}
