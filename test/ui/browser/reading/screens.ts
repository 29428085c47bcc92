import type { MarketStage } from '../stage';

/** The overview, schema and state, and the preview of schedules. */
export function describeScreens(stage: () => MarketStage): void {
  describe('the overview', () => {
    test('says of each pipeline its schedule, freshness, gaps and last run', async () => {
      const opened = await stage().open('/');
      const { page } = opened;
      const market = page.getByRole('article', { name: 'market' });
      await market.waitFor();
      const text = await market.innerText();
      expect(text).toContain('Every day at 00:00');
      expect(text).toContain('6 intervals behind');
      expect(text).toContain('loaded until 2024-01-07');
      expect(text).toContain('expected until 2024-01-13');
      // intervals × resources: five days of both, and one that failed
      expect(text).toMatch(/13 not loaded/);
      for (const cause of ['1 failed', '2 paused', '2 skipped', '8 never planned'])
        expect(text.replaceAll(/\s+/g, ' ')).toContain(cause);
      const archive = await page.getByRole('article', { name: 'archive' }).innerText();
      expect(archive).toContain('paused');
      expect(archive).toContain('Europe/Berlin');
      expect(await page.getByRole('article', { name: 'by_hand' }).innerText()).toContain(
        'None: it runs when it is started.',
      );
      await market.getByText('3 resources').click();
      const resources = market.getByRole('table', { name: 'Resources of market' });
      expect((await resources.getByRole('row').nth(1).innerText()).split(/\s+/).slice(0, 3)).toEqual([
        'orders',
        '50',
        '5',
      ]);
      await page.getByRole('link', { name: 'market', exact: true }).click();
      await page.getByRole('grid', { name: 'Intervals of market' }).waitFor();
      expect(await opened.faults()).toEqual([]);
      await opened.close();
    });
  });

  describe('schema and state', () => {
    test('are there with what came later, and a cursor of each resource', async () => {
      const opened = await stage().open('/p/market/schema');
      const { page } = opened;
      const orders = page.getByRole('table', { name: 'Columns of orders', exact: true });
      await orders.waitFor();
      const discount = orders
        .getByRole('row')
        .filter({ has: page.getByRole('rowheader', { name: 'discount' }) });
      expect(await discount.innerText()).toMatch(/bigint\s.*version \d+.* later/s);
      const id = orders
        .getByRole('row')
        .filter({ has: page.getByRole('rowheader', { name: 'id', exact: true }) });
      expect(await id.innerText()).toContain('primary key');
      expect(
        await page.getByRole('group').filter({ hasText: 'orders__lines' }).first().innerText(),
      ).toContain('child of orders');
      const versions = page.getByRole('table', { name: /^Versions of the schema market/ });
      expect(await versions.innerText()).toContain('orders.discount');
      await page.getByRole('img', { name: /^Rows per interval/ }).waitFor();
      await page.getByRole('searchbox').fill('disc');
      await page.getByRole('table', { name: 'Columns of visits' }).waitFor({ state: 'detached' });
      expect(await opened.faults()).toEqual([]);
      await opened.close();
    });
  });

  describe('the preview', () => {
    test('says the next runs of a cron, what may surprise, and what differs from the deployed one', async () => {
      const opened = await stage().open('/preview');
      const { page } = opened;
      await page.getByLabel('Cron or period').fill('30 2 1 * MON');
      await page.getByLabel('Time zone').fill('Europe/Berlin');
      const runs = page.getByRole('table', { name: 'Next runs and their data intervals' });
      await runs.getByRole('columnheader', { name: 'Starts (Europe/Berlin)' }).waitFor();
      expect(await runs.getByRole('row').nth(1).innerText()).toContain(' 02:30');
      // where Airflow would do otherwise
      const warnings = page.getByRole('region', { name: /warning/ });
      expect(await warnings.innerText()).toMatch(/Airflow/);
      await page.getByLabel('Compare with').selectOption('archive');
      const against = page.getByRole('region', { name: /^Beside the deployed schedule/ });
      await against.waitFor();
      expect(await against.innerText()).toMatch(/gained|lost|moved/);
      // the address has it, so that it can be shared
      expect(new URL(page.url()).searchParams.get('cron')).toBe('30 2 1 * MON');
      await page.reload();
      await against.waitFor();
      await page.getByLabel('Cron or period').fill('61 * * * *');
      expect(await page.getByRole('alert').innerText()).toContain('61');
      expect((await opened.faults()).filter((fault) => !fault.includes('/api/preview'))).toEqual([]);
      await opened.close();
    });
  });
}
