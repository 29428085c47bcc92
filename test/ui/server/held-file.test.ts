import path from 'node:path';
import { openClient } from '../../../src/operate';
import { startUi } from '../../../src/ui';
import { type GridView, type Overview, READ_AT_HEADER, UNREAD_HEADER } from '../../../src/ui/api';
import { shopConfig } from '../../operate/shop';
import { temporaryFolder } from '../../temporal/temporary-folder';
import { type Holder, holdFile } from '../hold-file';
import { writeAssets } from './files';
import { ask, post } from './http';

const FIRST_DAYS = { start: '2024-01-01T00:00:00Z', end: '2024-01-03T00:00:00Z' };

let place: Awaited<ReturnType<typeof temporaryFolder>>;
let holder: Holder | undefined;
beforeEach(async () => {
  place = await temporaryFolder();
});
afterEach(async () => {
  await holder?.release();
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
    const asked = Date.now();
    const before = await ask(ui.url, '/api/pipelines/shop/grid');
    const answered = Date.now();
    expect(before.json<GridView>().states).toEqual(['llmmmm', 'lloooo']);
    expect(before.headers[READ_AT_HEADER]).toBeUndefined();
    holder = await holdFile(path.join(place.folder, 'shop.duckdb'));
    let held = await ask(ui.url, '/api/pipelines/shop/grid');
    // an answer that is two seconds old isn't asked for again
    while (held.headers[UNREAD_HEADER] === undefined) held = await ask(ui.url, '/api/pipelines/shop/grid');
    expect({ status: held.status, text: held.text }).toEqual({ status: 200, text: before.text });
    expect(decodeURIComponent(String(held.headers[UNREAD_HEADER]))).toContain(`PID ${holder.pid}`);
    const readAt = Date.parse(String(held.headers[READ_AT_HEADER]));
    expect(readAt).toBeGreaterThanOrEqual(asked);
    expect(readAt).toBeLessThanOrEqual(answered);
    const unknown = await ask(ui.url, '/api/pipelines/shop/history');
    expect({ status: unknown.status, ...unknown.json<object>() }).toEqual({
      status: 503,
      error: { code: 'DESTINATION_LOCKED', message: expect.stringContaining(`PID ${holder.pid}`) },
    });
    expect((await post(ui.url, '/api/plans/backfill', { pipeline: 'shop' })).status).toBe(503);
    expect((await ask(ui.url, '/api/overview')).json<Overview>()).toMatchObject({
      pipelines: [{ pipeline: 'shop', unread: expect.stringContaining(`PID ${holder.pid}`) }],
    });
    await holder.release();
    const after = await ask(ui.url, '/api/pipelines/shop/grid');
    expect([after.status, after.headers[UNREAD_HEADER], after.text]).toEqual([200, undefined, before.text]);
  } finally {
    await ui.close();
  }
});
