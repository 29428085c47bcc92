import type { Page } from 'playwright-core';
import { axeFindings, overflow } from '../open-page';
import { until } from '../page-parts';
import type { MarketStage } from '../stage';

/** Each screen by its path, and what is there when it is ready. */
const SCREENS: Readonly<Record<string, { readonly path: string; readonly ready: string }>> = {
  overview: { path: '/', ready: 'article >> text=not loaded' },
  grid: { path: '/p/market', ready: '[role=gridcell]' },
  calendar: { path: '/p/archive', ready: '.sheet [role=gridcell]' },
  interval: { path: '/p/market/i/2024-01-05T00%3A00%3A00Z', ready: 'text=Ledger' },
  'loaded interval': { path: '/p/market/i/2024-01-03T00%3A00%3A00Z', ready: 'text=Came with it' },
  schema: { path: '/p/market/schema', ready: 'text=discount' },
  preview: {
    path: '/preview?cron=0+2+1+*+MON&timezone=Europe%2FBerlin&pipeline=archive',
    ready: 'text=Next runs',
  },
  'no page': { path: '/p/nobody', ready: 'h1' },
};

/** Whether text is lighter than what it stands on. */
const LOOK = `(() => {
  const [red] = getComputedStyle(document.body).color.match(/[\\d.]+/g).map(Number);
  return red > 128 ? 'dark' : 'light';
})()`;

/** Nothing serious is found in light, nor in dark, where only colours differ. */
async function lookedAt(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await until(
      () => page.evaluate(LOOK),
      (look) => look === colorScheme,
      colorScheme,
    );
    const findings = await axeFindings(page, colorScheme === 'dark' ? ['color-contrast'] : undefined);
    expect({ colorScheme, findings }).toEqual({ colorScheme, findings: [] });
  }
}

/** How screens look: light and dark, on a phone; and whether everyone can use them. */
export function describeLooks(stage: () => MarketStage): void {
  test.each(Object.entries(SCREENS))(
    '%s has no serious finding of axe-core in light and dark, and fits a phone',
    async (name, { path, ready }) => {
      const opened = await stage().open(path, { colorScheme: 'light' });
      const { page } = opened;
      await page.locator(ready).first().waitFor();
      if (name === 'interval') {
        await page.getByRole('button', { name: 'Rows in visits' }).click();
        await page.getByRole('table', { name: 'Rows of visits' }).waitFor();
      }
      await lookedAt(page);
      await page.setViewportSize({ width: 360, height: 740 });
      expect(await overflow(page)).toBe(0);
      expect(await opened.faults()).toEqual([]);
      await opened.close();
    },
  );

  test('a dialog has no serious finding of axe-core, and fits a phone', async () => {
    const opened = await stage().open('/p/market', { viewport: { width: 360, height: 740 }, hasTouch: true });
    const { page } = opened;
    await page.getByRole('button', { name: 'Backfill…' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Backfill market' });
    await dialog.getByRole('button', { name: /^Load \d+ intervals/ }).waitFor();
    await dialog.getByText('How it runs').click();
    await lookedAt(page);
    expect(await overflow(page)).toBe(0);
    const box = await dialog.boundingBox();
    expect(box!.x).toBeGreaterThanOrEqual(0);
    expect(box!.x + box!.width).toBeLessThanOrEqual(360);
    await opened.close();
  });

  test('the look that was chosen stays', async () => {
    const opened = await stage().open('/', { colorScheme: 'light' });
    const { page } = opened;
    await page.getByLabel('Theme').selectOption('dark');
    await page.reload();
    expect(await page.getByLabel('Theme').inputValue()).toBe('dark');
    expect(await page.evaluate(LOOK)).toBe('dark');
    await opened.close();
  });
}
