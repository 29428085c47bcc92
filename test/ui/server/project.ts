import { openClient, type TidemarkClient } from '../../../src/operate';
import { startUi, type Ui, type UiOptions } from '../../../src/ui';
import { createWorker, type TidemarkWorker } from '../../../workers';
import { type Script, shopConfig } from '../../operate/shop';
import { startTestServer } from '../../temporal/test-server';
import { writeAssets } from './files';

/** A project whose page is served: a real server, a worker, the shop's six days, a deployed schedule that is paused. */
export interface ServedProject {
  readonly client: TidemarkClient;
  readonly ui: Ui;
  readonly script: Script;
  readonly server: Awaited<ReturnType<typeof startTestServer>>;
  close(): Promise<void>;
}

export async function serveProject(options: Partial<UiOptions> = {}): Promise<ServedProject> {
  const server = await startTestServer();
  const script: Script = { day: () => undefined };
  const config = shopConfig(server.projectDir, script, { schedule: { paused: true } });
  const client = await openClient(config, {
    directory: server.projectDir,
    temporal: server,
    lockWaitMs: 2_000,
  });
  const worker: TidemarkWorker = await createWorker({ access: server, config: client.config });
  await client.deploy();
  while (!(await client.hasWorker())) await new Promise((resolve) => setTimeout(resolve, 50));
  const ui = await startUi({
    client,
    port: 0,
    version: '1.2.3',
    assets: writeAssets(server.projectDir),
    onError: (error) => console.error(error),
    ...options,
  });
  return {
    client,
    ui,
    script,
    server,
    async close() {
      await ui.close();
      await worker.stop();
      await client.close();
      await server.close();
    },
  };
}
