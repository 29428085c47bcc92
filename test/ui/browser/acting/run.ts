import { MARKUP } from '../../project/texts';
import { until } from '../page-parts';
import type { MarketStage } from '../stage';
import { countActions } from './backfill';

/** A run by hand, and a schedule that is paused. */
export function describeRun(stage: () => MarketStage): void {
  test('a run is started for a logical date, of one resource, with a parameter', async () => {
    const { client } = stage();
    // Temporal answers too late for what the page asks first
    const late = jest.spyOn(client, 'temporalIfAny').mockResolvedValue(undefined);
    const opened = await stage().open('/');
    const { page } = opened;
    const sent = countActions(page);
    await page.getByRole('button', { name: 'Run now… market' }).click();
    const dialog = page.getByRole('dialog', { name: 'Run market' });
    await dialog.getByLabel('From a date till now').check();
    await dialog.getByText('Give a date, such as 2026-01-31').waitFor();
    await dialog.getByLabel('Logical date').fill('2024-01-12');
    await dialog.getByLabel('orders').check();
    await dialog.getByText('Parameters').click();
    const bound = dialog.getByLabel('Bound for this run, one in a line');
    await bound.fill('orders.region=south');
    await dialog.getByText('a text needs its quotes').waitFor();
    await bound.fill('orders.region="south"');
    const command = dialog.getByRole('region', { name: 'As a command' });
    await until(
      () => command.innerText(),
      (text) => text.includes('--logical-date') && text.includes('south'),
    );
    await dialog.getByRole('button', { name: 'Run now' }).dblclick();
    await dialog.waitFor({ state: 'detached' });
    const happened = page.getByRole('status', { name: 'What happened' });
    const said = await happened.innerText();
    const link = happened.getByRole('link', { name: 'In Temporal’s UI' });
    expect(await link.count()).toBe(0);
    late.mockRestore();
    // without loading the page again
    expect(await link.getAttribute('href')).toMatch(/\/namespaces\/default\/workflows\/tidemark-market-/);
    const [, workflowId = ''] = /The run has started: "([^"]+)"/.exec(said) ?? [];
    expect(sent()).toBe(1);
    expect(await client.watchRun(workflowId)).toMatchObject({ status: 'completed' });
    const { rows } = await client.query(
      'market',
      "select region, count(*)::int as n from orders where id >= '2024-01-12' group by all",
    );
    expect(rows).toEqual([{ region: 'south', n: 10 }]);
    expect(await opened.faults()).toEqual([]);
    await opened.close();
  });

  test('a schedule is paused with a note, which is text, and resumed', async () => {
    const { client } = stage();
    const opened = await stage().open('/');
    const { page } = opened;
    const market = page.getByRole('article', { name: 'market' });
    await market.getByRole('button', { name: 'Pause… market' }).click();
    const dialog = page.getByRole('dialog', { name: 'Pause market' });
    await dialog.getByLabel('Reason').fill(MARKUP);
    await dialog.getByRole('button', { name: 'Pause', exact: true }).click();
    await market.getByText(`“${MARKUP}”`).waitFor();
    expect((await client.status(['market']))[0]?.schedule).toMatchObject({ paused: true, note: MARKUP });
    await market.getByRole('button', { name: 'Resume… market' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await market.getByRole('button', { name: 'Pause… market' }).waitFor();
    expect((await client.status(['market']))[0]?.schedule).toMatchObject({ paused: false });
    expect(await opened.faults()).toEqual([]);
    await opened.close();
  });
}
