/**
 * One load in a process of its own, to be killed: `child.js FILE SCENARIO STEP`. TIDEMARK_FAILPOINT names the line at
 * which it kills itself. Prints `ready` when it begins to load, `done` at the end.
 */
import path from 'node:path';
import { eventPage } from '../../bench/generator';
import { duckdb, incremental, pipeline, resource } from '../../src';
import { armFailpoint } from '../../src/destination/failpoint';
import { loadResources } from '../../src/pipeline';
import { sourceOf } from '../../src/source';

export type Scenario = 'append' | 'merge' | 'incremental';

/** Pages of each step; the second overlaps the first. */
const PAGES: Readonly<Record<string, readonly number[]>> = { first: [0, 1], second: [1, 2] };

async function main(): Promise<void> {
  const [file, scenario, step] = process.argv.slice(2) as [string, Scenario, string];
  armFailpoint(process.env['TIDEMARK_FAILPOINT']);
  const pages = PAGES[step]!.map(eventPage);
  const seconds = pages.flat().map((row) => row['timestamp'] as number);
  const range = { start: isoOf(Math.min(...seconds)), end: isoOf(Math.max(...seconds) + 1) };
  const events = resource({
    name: 'ticket_events',
    primaryKey: 'id',
    writeDisposition: scenario === 'merge' ? 'merge' : 'append',
    initialState: { pages: [] as number[] },
    incremental: {
      timestamp: incremental({
        cursor: 'timestamp',
        type: 'unix',
        initialValue: 0,
        allowExternalSchedulers: true,
      }),
    },
    async *extract({ state }) {
      for (const [index, page] of pages.entries()) {
        yield page;
        state.pages.push(PAGES[step]![index]!);
      }
    },
  });
  const target = pipeline({
    name: 'torture',
    destination: duckdb({ path: file }),
    dataset: 'events',
    workDir: path.join(path.dirname(file), 'work'),
  });
  process.stdout.write('ready\n');
  const { info } = await loadResources(target, {
    source: sourceOf({ name: 'zendesk_support', resources: [events], maxTableNesting: 2 }) as never,
    loadKey: `${scenario}-${step}`,
    range: scenario === 'incremental' ? { mode: 'incremental' } : { interval: range },
  });
  const [report] = info.resources;
  if (report?.status === 'failed') throw new Error(report.error?.message);
  await target.close();
  process.stdout.write(`done ${report?.status}\n`);
}

const isoOf = (seconds: number): string => new Date(seconds * 1000).toISOString();

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
