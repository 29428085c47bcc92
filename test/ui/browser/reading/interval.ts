import { FAILURE } from '../../project/fill';
import { DISCOUNTS_SINCE, VISITS } from '../../project/market';
import { TEXTS } from '../../project/texts';
import type { MarketStage } from '../stage';

/** A text as a text node shows it: what no browser draws is left away. */
const drawn = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** One interval: its ledger rows, run, loads, rows, and what it changed. */
export function describeInterval(stage: () => MarketStage): void {
  describe('an interval', () => {
    test('that failed says why, with its run, its attempt and what loads it again', async () => {
      const opened = await stage().open('/p/market/i/2024-01-05T00%3A00%3A00Z');
      const { page } = opened;
      await page.getByRole('heading', { level: 1, name: '[2024-01-05, 2024-01-06)' }).waitFor();
      const ledger = page.getByRole('table', { name: 'Rows of the ledger' });
      const row = ledger.getByRole('row').filter({ hasText: 'failed' });
      expect(drawn(await row.innerText())).toContain(drawn(FAILURE));
      const run = page.getByRole('region', { name: /^Newest run/ });
      expect(await run.innerText()).toContain('failed');
      const component = run.getByRole('table').getByRole('row').filter({ hasText: 'orders' });
      expect(drawn(await component.innerText())).toContain('The market is shut');
      const inTemporal = run.getByRole('link', { name: 'in Temporal’s UI' });
      expect(await inTemporal.getAttribute('href')).toMatch(
        /^http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\/tidemark-/,
      );
      const again = page.getByRole('region', { name: 'Loads it again' });
      expect(await again.innerText()).toBe(
        'tidemark run market --resource orders --from 2024-01-05T00:00:00Z --to 2024-01-06T00:00:00Z',
      );
      expect(await opened.faults()).toEqual([]);
      await opened.close();
    });

    test('that is loaded has rows in each table, and shows the first hundred of them', async () => {
      const opened = await stage().open('/p/market/i/2024-01-04T00%3A00%3A00Z');
      const { page } = opened;
      const load = page.getByRole('region', { name: /^Load / }).filter({ hasText: 'Load of visits' });
      await load.getByRole('button', { name: 'Rows in visits' }).click();
      const rows = load.getByRole('table', { name: 'Rows of visits' });
      await load.getByText('The first 100 rows; there are more.').waitFor();
      expect(await rows.getByRole('row').count()).toBe(101);
      expect(await load.getByRole('listitem').innerText()).toContain(String(VISITS));
      const orders = page.getByRole('region', { name: /^Load / }).filter({ hasText: 'Load of orders' });
      expect(await orders.getByRole('listitem').filter({ hasText: 'orders__lines' }).innerText()).toContain(
        '10',
      );
      expect(await opened.faults()).toEqual([]);
      await opened.close();
    });

    test('says which columns came with it, and the state before and after', async () => {
      const opened = await stage().open(`/p/market/i/${DISCOUNTS_SINCE}T00%3A00%3A00Z`);
      const { page } = opened;
      const orders = page.getByRole('region', { name: /^Load / }).filter({ hasText: 'Load of orders' });
      expect(await orders.innerText()).toContain('Column orders.discount bigint');
      const state = await orders.getByRole('region', { name: 'State before and after' }).innerText();
      expect(state).toContain(DISCOUNTS_SINCE);
      await page.getByRole('link', { name: 'Previous interval, [2024-01-02, 2024-01-03)' }).click();
      await page.getByRole('heading', { level: 1, name: '[2024-01-02, 2024-01-03)' }).waitFor();
      await page.getByRole('link', { name: 'Next interval, [2024-01-03, 2024-01-04)' }).waitFor();
      expect(await opened.faults()).toEqual([]);
      await opened.close();
    });

    test('values are shown as they are, whatever they are', async () => {
      const opened = await stage().open('/p/market/i/2024-01-04T00%3A00%3A00Z');
      const { page } = opened;
      await page.getByRole('button', { name: 'Rows in orders', exact: true }).click();
      const table = page.getByRole('table', { name: 'Rows of orders' });
      await table.waitFor();
      for (const kind of ['image', 'script', 'style', 'link', 'quotes', 'rightToLeft', 'emoji'] as const) {
        const cell = table.getByRole('cell').filter({ hasText: drawn(TEXTS[kind]) });
        expect({ kind, shown: await cell.count() }).toEqual({ kind, shown: 1 });
      }
      // nothing of them became an element
      expect(await table.locator('img, script, style, a, b').count()).toBe(0);
      expect(await opened.faults()).toEqual([]);
      await opened.close();
    });

    test('of no pipeline, or of no interval, is told', async () => {
      const opened = await stage().open('/p/nobody');
      const { page } = opened;
      await page.getByRole('heading', { name: 'Not found' }).waitFor();
      await page.getByText('live', { exact: true }).waitFor();
      await page.getByRole('link', { name: 'market' }).click();
      await page.getByRole('grid', { name: 'Intervals of market' }).waitFor();
      expect(await opened.faults()).toEqual([]);
      await opened.close();
      const other = await stage().open('/p/market/i/1999-01-01T00%3A00%3A00Z');
      expect(await other.page.getByRole('alert').innerText()).toMatch(/1999-01-01/);
      await other.close();
    });
  });
}
