import { rmSync } from 'node:fs';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { openClient, type TidemarkClient } from '../../../src/operate';
import { startUi, type Ui, type UiOptions } from '../../../src/ui';
import { createWorker } from '../../../workers';
import { startTestServer } from '../../temporal/test-server';
import { fillMarket } from '../project/fill';
import { marketConfig, type Script } from '../project/market';
import { launchChromium } from './chromium';
import { type OpenedPage, openPage } from './open-page';

/** A project with its page, and a browser. */
export interface Stage {
  readonly folder: string;
  readonly client: TidemarkClient;
  readonly ui: Ui;
  readonly browser: Browser;
  /** Opens a path of the page, such as `/p/market`. Pages that a test leaves open are closed at the end. */
  open(path: string, options?: BrowserContextOptions): Promise<OpenedPage>;
  close(): Promise<void>;
}

/** What an acting test needs besides. */
export interface MarketStage extends Stage {
  readonly script: Script;
}

type Options = Partial<Omit<UiOptions, 'client'>>;

/** The project `market`, filled, with. */
export async function marketStage(options: Options = {}): Promise<MarketStage> {
  const server = await startTestServer();
  const script: Script = { day: () => undefined };
  const client = await openClient(marketConfig(server.projectDir, script), {
    directory: server.projectDir,
    temporal: server,
  });
  const worker = await createWorker({ access: server, config: client.config });
  await client.deploy();
  await client.resume('market');
  await fillMarket(client, script);
  const stage = await raise(client, server.projectDir, options);
  return {
    ...stage,
    script,
    async close() {
      await stage.close();
      await worker.stop();
      await client.close();
      await server.close();
    },
  };
}

/** Serves what a client reads, and starts a browser. Whoever opened the client closes it. */
export async function raise(client: TidemarkClient, folder: string, options: Options = {}): Promise<Stage> {
  const ui = await startUi({ client, port: 0, version: '1.2.3', ...options });
  const browser = await launchChromium();
  return {
    folder,
    client,
    ui,
    browser,
    open: (path, context) => openPage(browser, `${ui.url}${path}`, context),
    async close() {
      await browser.close();
      await ui.close();
    },
  };
}

/** Removes a folder of a project without a server. */
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });
