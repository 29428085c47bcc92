/**
 * One load in a process of its own, to be disturbed: `child.js duckdb|postgres FOLDER SCENARIO STEP`. TIDEMARK_FAILPOINT
 * names the line at which it kills itself, TORTURE_STOP_AT the one at which it prints `stopped` and stands still until it
 * is written to. Prints `ready` when it begins to load, `done` at the end.
 */
import path from 'node:path';
import { eventPage } from '../../bench/generator';
import { duckdb, incremental, pipeline, postgres, resource } from '../../src';
import { armFailpoint } from '../../src/destination/failpoint';
import { loadResources } from '../../src/pipeline';
import { sourceOf } from '../../src/source';
import { fileIn } from './place';
import { stopping } from './stopping';

export type Scenario = 'append' | 'merge' | 'incremental';

/** Pages of each step; the second overlaps the first. */
const PAGES: Readonly<Record<string, readonly number[]>> = { first: [0, 1], second: [1, 2] };

async function main(): Promise<void> {
  const [kind, folder, scenario, step] = process.argv.slice(2) as [string, string, Scenario, string];
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
    // the server's address and password are in the environment
    destination: kind === 'postgres' ? postgres() : duckdb({ path: fileIn(folder) }),
    dataset: 'events',
    workDir: path.join(folder, 'work'),
  });
  process.stdout.write('ready\n');
  const { info } = await stopping(process.env['TORTURE_STOP_AT'], () =>
    loadResources(target, {
      source: sourceOf({ name: 'zendesk_support', resources: [events], maxTableNesting: 2 }) as never,
      loadKey: `${scenario}-${step}`,
      range: scenario === 'incremental' ? { mode: 'incremental' } : { interval: range },
    }),
  );
  const [report] = info.resources;
  if (report?.status === 'failed') throw new Error(`${report.error?.code}: ${report.error?.message}`);
  await target.close();
  process.stdout.write(`done ${report?.status}\n`);
}

const isoOf = (seconds: number): string => new Date(seconds * 1000).toISOString();

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
