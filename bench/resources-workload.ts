import { existsSync } from 'node:fs';
import { type BenchPlace, dltCommand, nodeCommand } from './load-workloads';
import type { Command } from './measure';
import { Pages, rowsToPages } from './pages';
import type { ResourcesTask } from './task';
import type { Contender, Workload } from './workload';

const RESOURCES = 4;
const DELAY_MS = 20;
const TASKSET = '/usr/bin/taskset';

/** Measures the gain of a second core and of parallel resources: rows in four resources of an API that answers slowly. */
export function resourcesWorkload(place: BenchPlace, rows: number): Workload {
  const made = new Pages(place.data, 'flat');
  const count = Math.ceil(rowsToPages(rows) / RESOURCES);
  const resources = Array.from({ length: RESOURCES }, (_, at) => ({
    name: `part_${at + 1}`,
    pages: made.range(at * count, count),
  }));
  const contents = resources.map(({ pages }) => made.content(pages));
  const task = (parallel: number): Omit<ResourcesTask, 'folder'> => ({
    resources,
    url: place.url,
    delayMs: DELAY_MS,
    parallel,
  });
  const own = (name: string, parallel: number, on = (command: Command): Command => command): Contender => ({
    name,
    command: (folder) => on(nodeCommand(place, 'resources', { ...task(parallel), folder })),
  });
  const contenders = [own('resources-parallel', RESOURCES), own('resources-serial', 1)];
  if (existsSync(TASKSET)) contenders.push(own('resources-one-core', RESOURCES, onOneCore));
  if (place.python !== undefined)
    contenders.push({
      name: 'dlt-parallelized',
      command: (folder) => dltCommand(place, 'resources', { ...task(RESOURCES), folder }),
    });
  return {
    name: `resources-${rows}`,
    title: `${RESOURCES} resources of ${(count * 1000).toLocaleString('en')} flat rows, ${DELAY_MS} ms an answer`,
    rows: RESOURCES * count * 1000,
    unit: 'rows',
    base: 'resources-parallel',
    expected: {
      tables: Object.fromEntries(
        resources.map(({ name }, at) => [name, contents[at]?.tables['flat'] ?? 0] as const),
      ),
      sum: contents[0]?.sum ?? 0,
    },
    summed: 'number',
    contenders,
  };
}

const onOneCore = ({ program, args, ...rest }: Command): Command => ({
  ...rest,
  program: TASKSET,
  args: ['-c', '0', program, ...args],
});
