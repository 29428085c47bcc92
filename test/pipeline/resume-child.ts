/**
 * One long load in a process of its own, to be killed: `resume-child.ts FILE SCENARIO KILL [HOST]`. HOST has a working folder of its own, and
 * checkpoints in a folder `shared`, or in the bucket that the environment names. KILL is the page before
 * which it kills itself (`page:3`), the one whose checkpoint is under way then (`save:3`), or `never`.
 */
import path from 'node:path';
import { eventPage } from '../../bench/generator';
import { duckdb, incremental, pipeline, resource } from '../../src';
import { armFailpoint } from '../../src/destination/failpoint';
import { loadResources } from '../../src/pipeline';
import { sourceOf } from './sources';

const PAGES = 6;

function die(): void {
  process.kill(process.pid, 'SIGKILL');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

async function main(): Promise<void> {
  const [file, scenario, kill, host] = process.argv.slice(2) as [
    string,
    'interval' | 'incremental',
    string,
    string?,
  ];
  const folder = path.dirname(file);
  armFailpoint(kill.startsWith('commit:') ? kill.slice('commit:'.length) : undefined);
  const pages = Array.from({ length: PAGES }, (_, number) => eventPage(number).slice(0, 200));
  const seconds = pages.flat().map((row) => row['timestamp'] as number);
  const events = resource({
    name: 'ticket_events',
    primaryKey: 'id',
    initialState: { pages: [] as number[] },
    resumable: { everyPages: 1 },
    incremental: {
      timestamp: incremental({
        cursor: 'timestamp',
        type: 'unix',
        initialValue: 0,
        allowExternalSchedulers: true,
      }),
    },
    async *extract({ state, sourceState, resumeFrom, checkpoint }) {
      for (let number = Number(resumeFrom ?? 0); number < PAGES; number++) {
        if (kill === `page:${number}`) die();
        process.stdout.write(`page ${number}\n`);
        // the last row of the page before comes again, as with an API whose pages overlap
        yield [...(pages[number - 1]?.slice(-1) ?? []), ...pages[number]!];
        state.pages.push(number);
        sourceState['seen'] = Number(sourceState['seen'] ?? 0) + 1;
        const saved = checkpoint(String(number + 1));
        if (kill === `save:${number}`) die();
        await saved;
      }
    },
  });
  const kept = process.env['CHECKPOINTS__S3__BUCKET'] ? { s3: {} } : { path: path.join(folder, 'shared') };
  await using target = pipeline({
    name: 'torture',
    destination: duckdb({ path: file }),
    dataset: 'events',
    workDir: path.join(folder, host ?? 'work'),
    ...(host !== undefined && { checkpoints: kept }),
  });
  const isoOf = (at: number): string => new Date(at * 1000).toISOString();
  const range = { start: isoOf(Math.min(...seconds)), end: isoOf(Math.max(...seconds) + 1) };
  const { info } = await loadResources(target, {
    source: sourceOf('zendesk_support', [events]),
    loadKey: 'one',
    range: scenario === 'interval' ? { interval: range } : { mode: 'incremental' },
  });
  const [report] = info.resources;
  if (report?.status === 'failed') throw new Error(report.error?.message);
  process.stdout.write(`${report?.status} ${report?.rows}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
