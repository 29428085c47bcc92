// What the page costs with 10,000 intervals of five resources: how long until its grid is there, how smoothly it scrolls by the
// browser's own trace, what is sent, and what pages that are left open cost their server. `npm run bench -- page`. It needs
// Chromium. Times are of this machine, on which nothing else should run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openClient } from '../../src/operate';
import { startUi } from '../../src/ui';
import { launchChromium } from '../../test/ui/browser/chromium';
import { fillHistory } from '../../test/ui/project/fill';
import { HISTORY_INTERVALS, HISTORY_RESOURCES, historyConfig } from '../../test/ui/project/market';
import { type Frames, scroll, tracedFrames } from './frames';

const OPENINGS = 5;
const LISTENERS = 100;
const LISTENS_MS = 20_000;

const LINE = (name: string, value: string): string => `${name.padEnd(58)}${value}`;
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const msText = (values: readonly number[]): string =>
  `${median(values).toFixed(0)} ms, the first time ${values[0]?.toFixed(0)} ms`;

/** Prints them. */
export async function printPage(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tidemark-page-'));
  const client = await openClient(historyConfig(folder), { directory: folder });
  await fillHistory(client);
  const ui = await startUi({ client, port: 0 });
  const browser = await launchChromium();
  try {
    console.log(
      `${HISTORY_INTERVALS.toLocaleString('en')} intervals × ${HISTORY_RESOURCES.length} resources\n`,
    );
    const begun = performance.now();
    const read = await client.grid('history', { limit: HISTORY_INTERVALS });
    console.log(
      LINE(
        `ledger read by the client: ${read.rows.length} intervals`,
        `${(performance.now() - begun).toFixed(0)} ms`,
      ),
    );
    for (const view of ['grid', 'calendar'] as const) {
      const url = `${ui.url}/p/history?view=${view}`;
      const anew: number[] = [];
      const again: number[] = [];
      for (let opening = 0; opening < OPENINGS; opening++) {
        // forgets what was read
        ui.use(client);
        anew.push(await openingMs(browser, url));
        again.push(await openingMs(browser, url));
      }
      console.log(LINE(`${view}: first cells, the ledger read anew`, msText(anew)));
      console.log(LINE(`${view}: first cells, as another page has it already`, msText(again)));
    }
    await printSizes(browser, ui.url);
    await printScrolling(browser, ui.url);
    await printListening(ui.url);
  } finally {
    await browser.close();
    await ui.close();
    await client.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** From the asking for a page to the frame with the first cell of its grid, in a profile that knows nothing of it. */
async function openingMs(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(`new MutationObserver((_, own) => {
    if (document.querySelector('.grid-box [role=gridcell]') === null) return;
    own.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.firstGrid = performance.now(); }));
  }).observe(document, { childList: true, subtree: true })`);
  await page.goto(url);
  await page.locator('.grid-box [role=gridcell]').first().waitFor();
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
  const ms = await page.evaluate<number>('window.firstGrid');
  await context.close();
  return ms;
}

/** What goes over the wire, compressed. */
async function printSizes(browser: Browser, url: string): Promise<void> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const sizes = new Map<string, number>();
  page.on('requestfinished', async (request) => {
    const { pathname } = new URL(request.url());
    const { responseBodySize } = await request.sizes();
    sizes.set(pathname, responseBodySize);
  });
  await page.goto(`${url}/p/history`);
  await page.locator('.grid-box [role=gridcell]').first().waitFor();
  await page.waitForTimeout(500);
  const of = (test: (name: string) => boolean): string => {
    const bytes = [...sizes].filter(([name]) => test(name)).reduce((sum, [, size]) => sum + size, 0);
    return `${(bytes / 1024).toFixed(1)} KB`;
  };
  console.log(
    LINE(
      'files of the page, compressed',
      of((name) => !name.startsWith('/api/')),
    ),
  );
  console.log(
    LINE(
      'the grid as it is sent',
      of((name) => name.endsWith('/grid')),
    ),
  );
  await context.close();
}

async function printScrolling(browser: Browser, url: string): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await page.goto(`${url}/p/history?view=grid`);
  const box = await page.locator('.grid-box').boundingBox();
  const at = { x: box!.x + box!.width / 2, y: box!.y + box!.height / 2 };
  for (const speed of [1_000, 4_000, 16_000]) {
    const frames = await tracedFrames(browser, page, () => scroll(session, at, { x: -speed * 3, speed }));
    console.log(
      LINE(`scrolling the grid at ${speed.toLocaleString('en')} pixels a second`, framesText(frames)),
    );
  }
  const jumps = await tracedFrames(browser, page, () => jump(page));
  console.log(LINE('jumping through it, another place in each frame', framesText(jumps)));
  console.log(LINE('cells in the document', String(await page.locator('[role=gridcell]').count())));
  await page.setViewportSize({ width: 1280, height: 320 });
  await page.goto(`${url}/p/history`);
  await page.locator('.sheet [role=gridcell]').first().waitFor();
  const far = await page.evaluate<number>('document.documentElement.scrollHeight - innerHeight');
  const calendar = await tracedFrames(browser, page, () =>
    scroll(session, { x: 640, y: 100 }, { y: far, speed: Math.round(far / 2) }),
  );
  console.log(LINE('scrolling the page with its calendar', framesText(calendar)));
  await context.close();
}

/** The worst that a scroll bar can do: nothing of what is in sight was there a frame before. */
const jump = (page: Page): Promise<void> =>
  page.evaluate<void>(`new Promise((done) => {
    const box = document.querySelector('.grid-box');
    let frames = 0;
    const next = () => {
      if (frames++ === 180) return done();
      box.scrollLeft = (box.scrollWidth * ((frames * 37) % 180)) / 180;
      requestAnimationFrame(next);
    };
    next();
  })`);

const framesText = ({ perSecond, longestMs, dropped }: Frames): string =>
  `${perSecond.toFixed(1)} frames/s, longest ${longestMs.toFixed(0)} ms, ${dropped} dropped`;

/** What pages that are open and show no change cost the process of their server: CPU, with the opening of their streams apart. */
async function printListening(url: string): Promise<void> {
  const ending = new AbortController();
  const listen = async (): Promise<void> => {
    const { body } = await fetch(`${url}/api/events?pipeline=history`, { signal: ending.signal });
    for await (const _ of body ?? []);
  };
  for (const number of [0, LISTENERS]) {
    const listening = Array.from({ length: number }, () => listen().catch(() => undefined));
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const before = process.cpuUsage();
    await new Promise((resolve) => setTimeout(resolve, LISTENS_MS));
    const { user, system } = process.cpuUsage(before);
    const share = ((user + system) / 1000 / LISTENS_MS) * 100;
    console.log(LINE(`server's CPU with ${number} open pages`, `${share.toFixed(2)} % of a core`));
    if (number > 0) ending.abort();
    await Promise.all(listening);
  }
}
