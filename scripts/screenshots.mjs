// Makes the pictures of docs/page.md and README.md: runs the demo in a folder of its own, with a day that fails, and looks at its page in
// Chromium, which has to be there (test/ui/browser/chromium.ts says how). `npm run build` first. Usage: node scripts/screenshots.mjs [FOLDER]
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

const require = createRequire(import.meta.url);
const root = path.dirname(import.meta.dirname);
const { launchChromium } = require(path.join(root, 'dist/test/ui/browser/chromium.js'));

const target = path.resolve(process.argv[2] ?? path.join(root, 'docs/images'));
const LARGEST = 150 * 1024;
const BACKFILL = 'zendesk_support_backfill';
const DAILY = 'zendesk_support_new';
/** The week that fails. */
const WEEK = '2023-05-07T00:00:00Z';

/** The demo until it serves its page; `stop` ends it as Ctrl-C does. */
async function startDemo(folder) {
  const program = path.join(root, 'dist/examples/demo/main.js');
  const child = spawn(process.execPath, [program, '--keep', '--fail-day', '2023-05-10'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = await new Promise((resolve, reject) => {
    let said = '';
    const listen = (chunk) => {
      said += chunk;
      const [, found] = /^Page\s+(http:\S+)\s*$/m.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (code) => reject(new Error(`The demo ended with ${code}:\n${said}`)));
  });
  const stop = async () => {
    child.kill('SIGINT');
    await ended;
  };
  return { url, stop };
}

/** Each picture: its size, look and place, and what is done before it is taken. */
const PICTURES = {
  overview: { path: '/', width: 1200, height: 510, ready: 'article >> text=not loaded' },
  grid: {
    path: `/p/${BACKFILL}`,
    width: 1200,
    height: 440,
    ready: '[role=gridcell]',
    async act(page) {
      const failed = page
        .getByRole('gridcell', { name: /2023-05-07 to 2023-05-14: (failed|missing)/ })
        .first();
      await failed.click();
      await failed.hover();
    },
  },
  backfill: {
    path: `/p/${BACKFILL}`,
    width: 1200,
    height: 800,
    ready: '[role=gridcell]',
    async act(page) {
      await page
        .getByRole('gridcell', { name: /2023-05-07 to 2023-05-14: (failed|missing)/ })
        .first()
        .click();
      await page
        .getByRole('region', { name: 'Selection' })
        .getByRole('button', { name: 'Backfill…' })
        .click();
      await page.getByRole('button', { name: /^Load \d/ }).waitFor();
    },
  },
  interval: {
    path: `/p/${BACKFILL}/i/${encodeURIComponent(WEEK)}`,
    width: 1200,
    height: 700,
    ready: 'nav[aria-label="Other intervals"] >> text=Next',
  },
  loads: {
    path: `/p/${BACKFILL}/i/${encodeURIComponent('2023-02-05T00:00:00Z')}`,
    width: 1200,
    height: 700,
    ready: 'text=Ledger',
    async act(page) {
      await page.getByRole('button', { name: 'Rows in tickets', exact: true }).click();
      await page.getByRole('table', { name: 'Rows of tickets' }).waitFor();
    },
  },
  calendar: { path: `/p/${DAILY}`, width: 1200, height: 800, dark: true, ready: '.sheet [role=gridcell]' },
  schema: { path: `/p/${BACKFILL}/schema`, width: 1200, height: 800, ready: 'text=Rows per interval' },
  preview: {
    path: `/preview?cron=${encodeURIComponent('30 2 * * MON')}&timezone=Europe%2FBerlin&pipeline=${BACKFILL}`,
    width: 1200,
    height: 640,
    dark: true,
    ready: 'text=Next runs',
  },
  phone: { path: '/', width: 360, height: 740, dark: true, ready: 'article >> text=not loaded' },
};

async function take(browser, url, [name, picture]) {
  const { path: at, width, height, dark = false, ready, act } = picture;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(`${url}${at}`);
  await page.locator(ready).first().waitFor();
  await page.getByText('live', { exact: true }).waitFor();
  await page.waitForLoadState('load');
  await act?.(page);
  const file = path.join(target, `page-${name}.png`);
  await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
  await context.close();
  const { size } = statSync(file);
  console.log(`${path.relative(process.cwd(), file)}  ${Math.round(size / 1024)} KB`);
  if (size > LARGEST)
    throw new Error(`${file} is larger than ${LARGEST / 1024} KB; make its window smaller.`);
}

mkdirSync(target, { recursive: true });
const folder = mkdtempSync(path.join(tmpdir(), 'tidemark-screenshots-'));
// the page has its name
const project = path.join(folder, 'demo');
mkdirSync(project);
const demo = await startDemo(project);
const browser = await launchChromium();
try {
  for (const picture of Object.entries(PICTURES)) await take(browser, demo.url, picture);
} finally {
  await browser.close();
  await demo.stop();
  rmSync(folder, { recursive: true, force: true });
}
