import path from 'node:path';
import type { CDPSession } from 'playwright-core';
import { openClient, type TidemarkClient } from '../../../src/operate';
import { temporaryFolder } from '../../temporary-folder';
import { holdFile } from '../hold-file';
import { changeOfHistory } from '../project/fill';
import { historyConfig } from '../project/market';
import { gridOf, until } from './page-parts';
import { raise, type Stage } from './stage';

const folder = temporaryFolder('left-open');
let client: TidemarkClient;
let stage: Stage;
beforeAll(async () => {
  client = await openClient(historyConfig(folder, 48), { directory: folder, lockWaitMs: 100 });
  stage = await raise(client, folder);
}, 180_000);
afterAll(async () => {
  await stage.close();
  await client.close();
});

/** What a page holds, after its garbage was collected. */
async function held(session: CDPSession): Promise<{ nodes: number; listeners: number; heap: number }> {
  await session.send('HeapProfiler.collectGarbage');
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return { nodes, listeners: jsEventListeners, heap: usedSize };
}

test('a page that is left open holds no more after 200 changes than after 20', async () => {
  // a place of the same origin, so that the clock is there before the page is
  const opened = await stage.open('/icon.svg');
  const { page, context } = opened;
  // the pause between two reads is as long as this test says
  await page.clock.install();
  await page.goto(`${stage.ui.url}/p/history`);
  await page.clock.runFor(1_000);
  const cell = gridOf(page, 'history').getByRole('gridcell', { name: 'ads, 2022-01-01 00:00 to 01:00: ' });
  await cell.waitFor();
  await page.getByText('live', { exact: true }).waitFor();
  const session = await context.newCDPSession(page);
  const reads = { overview: 0, grid: 0 };
  page.on('requestfinished', (request) => {
    const [, what] = /^\/api\/.*\b(overview|grid)$/.exec(new URL(request.url()).pathname) ?? [];
    if (what === 'overview' || what === 'grid') reads[what] += 1;
  });
  let changed = 0;
  // held open all the while: to open it anew for each reading costs more than all else here
  const change = (times: number): Promise<void> =>
    client.withDataset('history', async (dataset) => {
      for (let count = 0; count < times; count++) {
        const before = { ...reads };
        changed += 1;
        // one of ten is a change that can be seen
        if (changed % 10 === 0) await dataset.record([changeOfHistory(changed / 10)]);
        // everybody is told
        stage.ui.use(client);
        await until(
          async () => {
            await page.clock.fastForward(600);
            return { ...reads };
          },
          (now) => now.overview > before.overview && now.grid > before.grid,
          'a read of both after a change',
        );
      }
    });
  await change(20);
  const before = await held(session);
  await change(180);
  const after = await held(session);
  // the last of them is to be seen
  expect(await cell.getAttribute('aria-label')).toContain(': failed');
  expect(after.nodes).toBeLessThanOrEqual(before.nodes * 1.05 + 50);
  expect(after.listeners).toBeLessThanOrEqual(before.listeners + 5);
  expect(after.heap).toBeLessThan(before.heap * 1.2 + 500_000);
  expect(await opened.faults()).toEqual([]);
  await opened.close();
});

test('while another program holds the file, each screen says of when it is, and who holds it', async () => {
  const opened = await stage.open('/p/history');
  const { page } = opened;
  const note = page.getByRole('status').filter({ hasText: 'It can’t be read now' });
  const screens = [
    { at: '/p/history', ready: gridOf(page, 'history') },
    { at: '/p/history/i/2022-01-01T00:00:00Z', ready: page.getByRole('heading', { name: 'Ledger' }) },
    { at: '/p/history/schema', ready: page.getByRole('heading', { name: 'Cursors and state' }) },
  ];
  for (const { at, ready } of screens) {
    await page.goto(`${stage.ui.url}${at}`);
    await ready.waitFor();
    expect(await note.count()).toBe(0);
  }
  await page.goto(stage.ui.url);
  await page.getByText('No Temporal server is known.').waitFor();
  const holder = await holdFile(path.join(folder, 'history.duckdb'));
  try {
    for (const { at, ready } of screens) {
      // an answer of the last seconds isn't asked for again
      await until(
        async () => {
          await page.goto(`${stage.ui.url}${at}`);
          await ready.waitFor();
          return note.count();
        },
        (count) => count === 1,
        `a note at ${at}`,
      );
      expect(await note.innerText()).toMatch(
        new RegExp(
          `^As of \\d{4}-\\d\\d-\\d\\d .*, in UTC\\. .*history\\.duckdb.* is held by .*PID ${holder.pid}\\b`,
        ),
      );
      expect(await page.getByRole('alert').count()).toBe(0);
    }
  } finally {
    await holder.release();
  }
  await note.getByRole('button', { name: 'Try again' }).click();
  await note.waitFor({ state: 'detached' });
  expect(await opened.faults()).toEqual([]);
  await opened.close();
});
