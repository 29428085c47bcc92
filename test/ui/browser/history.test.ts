import type { Page } from 'playwright-core';
import { openClient, type TidemarkClient } from '../../../src/operate';
import { temporaryFolder } from '../../temporary-folder';
import { fillHistory } from '../project/fill';
import { HISTORY_INTERVALS, HISTORY_RESOURCES, historyConfig } from '../project/market';
import { gridOf, until } from './page-parts';
import { raise, type Stage } from './stage';

const folder = temporaryFolder('history');
let client: TidemarkClient;
let history: Stage;
beforeAll(async () => {
  client = await openClient(historyConfig(folder), { directory: folder });
  await fillHistory(client);
  history = await raise(client, folder);
}, 180_000);
afterAll(async () => {
  await history.close();
  await client.close();
});

/** Cells in the document, and elements of any kind. */
const mounted = (page: Page): Promise<{ readonly cells: number; readonly elements: number }> =>
  page.evaluate(`({
    cells: document.querySelectorAll('[role=gridcell]').length,
    elements: document.querySelectorAll('*').length,
  })`);

/** Scrolls the grid to a share of its width, and waits until what is there has been drawn. */
const scrollTo = (page: Page, share: number): Promise<unknown> =>
  page.evaluate(`new Promise((done) => {
    const box = document.querySelector('.grid-box');
    box.scrollLeft = box.scrollWidth * ${share};
    requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)));
  })`);

/** The intervals whose cells are in sight, that of the left border first. */
const inSight = (page: Page): Promise<readonly number[]> =>
  page.evaluate(`(() => {
    const box = document.querySelector('.grid-box').getBoundingClientRect();
    return [...document.querySelectorAll('.grid-box [aria-rowindex="1"] [role=gridcell]')]
      .filter((cell) => { const { left, right } = cell.getBoundingClientRect(); return right > box.left && left < box.right; })
      .map((cell) => Number(cell.getAttribute('aria-colindex')) - 2);
  })()`);

describe('10,000 intervals of five resources', () => {
  test('are one grid, of which only what is near is in the document, wherever it is scrolled to', async () => {
    const opened = await history.open('/p/history?view=grid');
    const { page } = opened;
    const grid = gridOf(page, 'history');
    await grid.waitFor();
    expect(await grid.getAttribute('aria-colcount')).toBe(String(HISTORY_INTERVALS + 1));
    const seen = new Set<number>();
    for (const share of [0, 0.1, 0.3, 0.5, 0.501, 0.7, 0.9, 1, 0.2]) {
      await scrollTo(page, share);
      const columns = await inSight(page);
      for (const column of columns) seen.add(column);
      // without holes
      expect(columns.length).toBeGreaterThan(40);
      expect(columns).toEqual(Array.from(columns, (_, index) => columns[0]! + index));
      const { cells, elements } = await mounted(page);
      expect(cells).toBeLessThan(300 * HISTORY_RESOURCES.length);
      expect(elements).toBeLessThan(cells + 600);
    }
    expect(seen.size).toBeGreaterThan(350);
    expect([...seen]).toEqual(expect.arrayContaining([0, HISTORY_INTERVALS - 1]));
    expect(await opened.faults()).toEqual([]);
    await opened.close();
  });

  test('are gone through by keys from one end to the other', async () => {
    const opened = await history.open('/p/history?view=grid');
    const { page } = opened;
    const grid = gridOf(page, 'history');
    await grid.locator('[tabindex="0"]').focus();
    await page.keyboard.press('Home');
    const active = page.locator(':focus');
    const label = async (): Promise<string> => (await active.getAttribute('aria-label')) ?? '';
    // the first cell was never loaded
    await until(label, (text) => text.startsWith('ads, 2022-01-01 00:00 to 01:00: missing'));
    await page.keyboard.press('Shift+End');
    await page.getByRole('region', { name: 'Selection' }).getByText('10,000 intervals').waitFor();
    await page.keyboard.press('Escape');
    expect(await opened.faults()).toEqual([]);
    await opened.close();
  });

  test('are a calendar of days first, with no more in it than its days', async () => {
    const opened = await history.open('/p/history');
    const { page } = opened;
    await page.getByRole('grid', { name: 'Days of history, 2022' }).waitFor();
    const days = Math.ceil(HISTORY_INTERVALS / 24);
    const { cells, elements } = await mounted(page);
    expect(cells).toBeLessThan(days + 300 * HISTORY_RESOURCES.length);
    expect(elements).toBeLessThan(cells + 800);
    await opened.close();
  });
});
