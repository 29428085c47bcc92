import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { releaseIdleFiles } from '../../../src/destination';
import { openClient } from '../../../src/operate';
import { startUi } from '../../../src/ui';
import { type GridView, type Overview, UNREAD_HEADER } from '../../../src/ui/api';
import { shopConfig } from '../../operate/shop';
import { ROOT } from '../../root';
import { temporaryFolder } from '../../temporal/temporary-folder';
import { writeAssets } from './files';
import { ask, post } from './http';

const HOLDS = `require('@duckdb/node-api').DuckDBInstance.create(process.argv[1]).then(() => { console.log('held'); process.stdin.resume(); process.stdin.on('end', () => process.exit()); })`;
const FIRST_DAYS = { start: '2024-01-01T00:00:00Z', end: '2024-01-03T00:00:00Z' };

let place: Awaited<ReturnType<typeof temporaryFolder>>;
let holder: ChildProcessWithoutNullStreams | undefined;
beforeEach(async () => {
  place = await temporaryFolder();
});
afterEach(async () => {
  holder?.kill('SIGKILL');
  await place.remove();
});

test('while another program holds the file, what was read before is shown with the reason, and else the reason', async () => {
  const config = shopConfig(place.folder, { day: () => undefined });
  await using client = await openClient(config, { directory: place.folder, lockWaitMs: 500 });
  const [entry] = client.config.pipelines;
  await entry!.pipeline.run(entry!.sources()[0]!, { interval: FIRST_DAYS });
  await entry!.pipeline.close();
  const ui = await startUi({ client, port: 0, assets: writeAssets(place.folder) });
  try {
    const before = await ask(ui.url, '/api/pipelines/shop/grid');
    expect(before.json<GridView>().states).toEqual(['llmmmm', 'lloooo']);
    releaseIdleFiles();
    holder = spawn(process.execPath, ['-e', HOLDS, path.join(place.folder, 'shop.duckdb')], { cwd: ROOT });
    await once(holder.stdout, 'data');
    let held = await ask(ui.url, '/api/pipelines/shop/grid');
    // an answer that is two seconds old isn't asked for again
    while (held.headers[UNREAD_HEADER] === undefined) held = await ask(ui.url, '/api/pipelines/shop/grid');
    expect({ status: held.status, text: held.text }).toEqual({ status: 200, text: before.text });
    expect(decodeURIComponent(String(held.headers[UNREAD_HEADER]))).toContain(`PID ${holder.pid}`);
    const unknown = await ask(ui.url, '/api/pipelines/shop/history');
    expect({ status: unknown.status, ...unknown.json<object>() }).toEqual({
      status: 503,
      error: { code: 'DESTINATION_LOCKED', message: expect.stringContaining(`PID ${holder.pid}`) },
    });
    expect((await post(ui.url, '/api/plans/backfill', { pipeline: 'shop' })).status).toBe(503);
    expect((await ask(ui.url, '/api/overview')).json<Overview>()).toMatchObject({
      pipelines: [{ pipeline: 'shop', unread: expect.stringContaining(`PID ${holder.pid}`) }],
    });
    holder.stdin.end();
    await once(holder, 'close');
    const after = await ask(ui.url, '/api/pipelines/shop/grid');
    expect([after.status, after.headers[UNREAD_HEADER], after.text]).toEqual([200, undefined, before.text]);
  } finally {
    await ui.close();
  }
});
