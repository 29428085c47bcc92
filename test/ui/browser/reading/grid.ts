import type { Page } from 'playwright-core';
import type { OpenedPage } from '../open-page';
import { cellOf, focusOn, gridOf, labelsOf, tabTo, until, withoutSeconds } from '../page-parts';
import type { MarketStage } from '../stage';

const date = (day: number): string => `2024-01-${String(day).padStart(2, '0')}`;

/** How the fixture's days stand, from the first to the twelfth. */
const ORDERS = [
  ...Array<string>(4).fill('loaded, 10 rows, … s'),
  'failed, attempt 1',
  'loaded, 10 rows, … s',
  'missing, paused',
  'missing, skipped',
  ...Array<string>(4).fill('missing, never planned'),
];
const VISITS = ORDERS.map((state, index) => (index < 6 ? 'loaded, 130 rows, … s' : state));
const labels = (resource: string, states: readonly string[]): string[] =>
  states.map((state, index) => `${resource}, ${date(index + 1)} to ${date(index + 2)}: ${state}`);

/** The grid of intervals, by mouse, by keys and for a screen reader. */
export function describeGrid(stage: () => MarketStage): void {
  describe('the grid', () => {
    let opened: OpenedPage;
    let page: Page;
    beforeAll(async () => {
      opened = await stage().open('/p/market');
      page = opened.page;
    });
    beforeEach(async () => {
      await page.goto(`${stage().ui.url}/p/market`);
      await gridOf(page, 'market').waitFor();
      // what stands above the grid is there, and moves it no more
      await page.getByText('6 behind', { exact: true }).waitFor();
    });
    afterEach(async () => {
      expect(await opened.faults()).toEqual([]);
    });
    afterAll(() => opened.close());

    test('each cell says its resource, interval, state and cause', async () => {
      const grid = gridOf(page, 'market');
      expect(await labelsOf(grid)).toEqual([
        ...labels('orders', ORDERS),
        ...labels('visits', VISITS),
        ...labels('countries', Array<string>(12).fill('left out')),
      ]);
      expect(await grid.getByRole('rowheader').allTextContents()).toEqual(['orders', 'visits', 'countries']);
      expect([await grid.getAttribute('aria-rowcount'), await grid.getAttribute('aria-colcount')]).toEqual([
        '3',
        '13',
      ]);
    });

    test('no two states look alike without their colours', async () => {
      const looks = await page.evaluate<Record<string, string>>(`Object.fromEntries(
        [...document.querySelectorAll('.legend .glyph')].map((glyph) => {
          const { borderRadius, backgroundImage, backgroundColor, borderStyle, borderTopColor } = getComputedStyle(glyph);
          const shape = backgroundImage.replace(/rgba?\\([^)]*\\)|color\\([^)]*\\)/g, (color) => /, 0\\)$|\\/ 0\\)$/.test(color) ? 'none' : 'ink');
          const filled = !/, 0\\)$/.test(backgroundColor);
          return [glyph.parentElement.textContent, [borderRadius, shape, filled, borderStyle, /, 0\\)$/.test(borderTopColor)].join()];
        }),
      )`);
      expect(Object.keys(looks)).toHaveLength(6);
      expect(new Set(Object.values(looks)).size).toBe(6);
    });

    test('a tip says what is known of the cell that is pointed at', async () => {
      await cellOf(page, 5).hover();
      const tip = page.locator('.tip');
      expect(await tip.innerText()).toBe('orders, 2024-01-05 to 2024-01-06\nfailed, attempt 1');
      await cellOf(page, 2, 'visits').hover();
      expect(withoutSeconds(await tip.innerText())).toBe(
        'visits, 2024-01-02 to 2024-01-03\nloaded, 130 rows, … s',
      );
      await page.mouse.move(2, 2);
      await tip.waitFor({ state: 'detached' });
    });

    test('one drags over intervals to select them', async () => {
      const [from, to] = [await cellOf(page, 3).boundingBox(), await cellOf(page, 7).boundingBox()];
      await page.mouse.move(from!.x + 5, from!.y + 5);
      await page.mouse.down();
      await page.mouse.move(to!.x - 20, to!.y + 5, { steps: 4 });
      await page.mouse.move(to!.x + 5, to!.y + 5, { steps: 2 });
      await page.mouse.up();
      const bar = page.getByRole('region', { name: 'Selection' });
      expect(await bar.innerText()).toContain('5 intervals, 2024-01-03 to 2024-01-08');
      const selected = gridOf(page, 'market').locator('[aria-selected="true"]');
      expect(await selected.count()).toBe(15);
      await bar.getByRole('button', { name: 'Clear' }).click();
      await bar.waitFor({ state: 'detached' });
    });

    test('all of it is done by keys alone', async () => {
      await tabTo(page, /^gridcell /);
      await focusOn(page, /^gridcell orders, 2024-01-12 /);
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowRight');
      await focusOn(page, /^gridcell visits, 2024-01-02 /);
      await page.keyboard.press('ArrowUp');
      for (let step = 0; step < 3; step++) await page.keyboard.press('Shift+ArrowRight');
      const said = page
        .locator('[aria-live], [role="status"]')
        .filter({ hasText: '4 intervals, 2024-01-02' });
      expect(await said.first().textContent()).toContain(
        '4 intervals, 2024-01-02 to 2024-01-06: 1 failed, 7 loaded, 4 left out',
      );
      await page.keyboard.press('Escape');
      await page.getByRole('region', { name: 'Selection' }).waitFor({ state: 'detached' });
      await page.keyboard.press('Home');
      await page.keyboard.press('n');
      await focusOn(page, /^gridcell orders, 2024-01-05 .*: failed/);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: '[2024-01-05, 2024-01-06)' }).waitFor();
      expect(new URL(page.url()).pathname).toBe('/p/market/i/2024-01-05T00%3A00%3A00Z');
      await page.goBack();
      await gridOf(page, 'market').waitFor();
    });

    test('what is selected is in the address, and comes back with it', async () => {
      const bar = page.getByRole('region', { name: 'Selection' });
      const range = (): Promise<string> => {
        const { searchParams } = new URL(page.url());
        return Promise.resolve(`${searchParams.get('from')} ${searchParams.get('to')}`);
      };
      await cellOf(page, 3).click();
      await cellOf(page, 5).click({ modifiers: ['Shift'] });
      await until(range, (text) => text === '2024-01-03T00:00:00Z 2024-01-06T00:00:00Z');
      await page.reload();
      await bar.getByText('3 intervals, 2024-01-03 to 2024-01-06').waitFor();
      // one that was just selected, too, on the way back
      await cellOf(page, 2).click();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: '[2024-01-02, 2024-01-03)' }).waitFor();
      await page.goBack();
      await bar.getByText('1 interval, 2024-01-02 to 2024-01-03').waitFor();
      await bar.getByRole('button', { name: 'Clear' }).click();
      await until(range, (text) => text === 'null null');
      const typed = 'from=2024-01-02T01:00:00%2B01:00&to=2024-01-03T23:00:00.000Z&view=calendar';
      await page.goto(`${stage().ui.url}/p/market?${typed}`);
      await bar.getByText('2 intervals, 2024-01-02 to 2024-01-04').waitFor();
      // what is no time selects nothing, and goes
      await page.goto(`${stage().ui.url}/p/market?from=then&to=now&view=grid`);
      await gridOf(page, 'market').waitFor();
      await until(range, (text) => text === 'null null');
      expect(await bar.count()).toBe(0);
      expect(new URL(page.url()).searchParams.get('view')).toBe('grid');
    });

    test('n and p lead to gaps wherever the focus is, but not from a field or a dialog', async () => {
      await page.getByRole('link', { name: 'Schema and state' }).focus();
      await page.keyboard.press('p');
      await focusOn(page, /^gridcell orders, 2024-01-07 .*: missing, paused/);
      await page.getByLabel('Theme').focus();
      await page.keyboard.press('p');
      await focusOn(page, /^select /);
      await page.getByRole('button', { name: 'Backfill…' }).first().click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Close' }).focus();
      await page.keyboard.press('n');
      await focusOn(page, /^button Close/);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      // after the last gap comes the first
      await page.keyboard.press('n');
      await focusOn(page, /^gridcell orders, 2024-01-05 .*: failed/);
    });

    test('a screen reader hears rows, headers and cells', async () => {
      const heard = withoutSeconds(await gridOf(page, 'market').ariaSnapshot());
      const [grid, row, ...cells] = heard.split('\n').map((line) => line.trim().replaceAll("'", ''));
      expect(grid).toBe('- grid "Intervals of market":');
      expect(row).toContain(
        'row "orders orders, 2024-01-01 to 2024-01-02: loaded, 10 rows, … s orders, 2024-01-02',
      );
      expect(cells.slice(0, 3)).toEqual([
        '- rowheader "orders"',
        '- gridcell "orders, 2024-01-01 to 2024-01-02: loaded, 10 rows, … s"',
        '- gridcell "orders, 2024-01-02 to 2024-01-03: loaded, 10 rows, … s"',
      ]);
    });

    test('one state alone is shown, and its gaps are gone through', async () => {
      const failed = page.getByRole('button', { name: 'failed 1' });
      await failed.click();
      expect(await failed.getAttribute('aria-pressed')).toBe('true');
      await page.getByRole('button', { name: /^.*Previous failed/ }).click();
      await focusOn(page, /^gridcell orders, 2024-01-05 .*: failed/);
      await failed.click();
      expect(await failed.getAttribute('aria-pressed')).toBe('false');
    });
  });

  describe('a year', () => {
    test('is a calendar first, by whose keys one selects and comes to the grid', async () => {
      const opened = await stage().open('/p/archive');
      const { page } = opened;
      const calendar = page.getByRole('grid', { name: 'Days of archive, 2023' });
      await calendar.waitFor();
      expect(await calendar.getByRole('gridcell').count()).toBe(364);
      await page.getByRole('gridcell', { name: '2023-05-17: 1 failed, 1 loaded' }).click();
      await page.keyboard.press('Shift+ArrowDown');
      const bar = page.getByRole('region', { name: 'Selection' });
      // 06:00 in Berlin, where the schedule is
      expect(await bar.innerText()).toContain(
        '2 intervals, 2023-05-17 06:00 to 2023-05-19 06:00: 1 failed, 3 loaded',
      );
      await page.keyboard.press('n');
      await focusOn(page, /^gridcell 2023-06-01: 2 missing/);
      await page.keyboard.press('Enter');
      await focusOn(page, /^gridcell letters, 2023-06-01 06:00 to .*: missing, never planned/);
      expect(await opened.faults()).toEqual([]);
      await opened.close();
    });
  });
}
