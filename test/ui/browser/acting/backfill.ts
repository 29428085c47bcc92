import type { Locator, Page, Request } from 'playwright-core';
import { cellOf, gridOf, until } from '../page-parts';
import type { MarketStage } from '../stage';

/** What was sent to be done so far. */
export function countActions(page: Page): () => number {
  let sent = 0;
  page.on('request', (request: Request) => {
    if (request.method() === 'POST' && request.url().endsWith('/api/actions')) sent += 1;
  });
  return () => sent;
}

/** Asks to backfill what is selected. */
async function askToBackfill(page: Page): Promise<Locator> {
  await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Backfill…' }).click();
  return page.getByRole('dialog', { name: 'Backfill market' });
}

const labelOf = async (cell: Locator): Promise<string> => (await cell.getAttribute('aria-label')) ?? '';

/** A range that is selected is planned, asked for once and loaded. */
export function describeBackfill(stage: () => MarketStage): void {
  const backfills = async (): Promise<number> =>
    (await stage().client.runs({ pipeline: 'market' })).filter(({ kind }) => kind === 'backfill').length;

  describe('a backfill', () => {
    /** Lets the load go on that a test holds. */
    let release = (): void => undefined;
    // or a test that fails holds those after it, too
    afterEach(() => release());

    test('of what is selected shows its plan, is sent once by two clicks, and the page sees it loaded', async () => {
      const { client } = stage();
      const opened = await stage().open('/p/market');
      const { page } = opened;
      const sent = countActions(page);
      const before = await backfills();
      await cellOf(page, 5).click();
      const dialog = await askToBackfill(page);
      expect(await dialog.getByLabel('From', { exact: true }).inputValue()).toBe('2024-01-05');
      expect(await dialog.getByLabel('To, exclusive').inputValue()).toBe('2024-01-06');
      const start = dialog.getByRole('button', { name: 'Load 1 interval' });
      await start.waitFor();
      const plan = await dialog.getByRole('region', { name: 'Plan' }).innerText();
      expect(plan).toContain('1 interval of [2024-01-05, 2024-01-06) to load');
      expect(plan).toContain('failed: orders');
      expect(plan).toContain('Left to live runs, for no interval reaches it: countries.');
      expect(await dialog.getByRole('region', { name: 'As a command' }).innerText()).toMatch(
        /^tidemark backfill market .*--from 2024-01-05.* --to 2024-01-06/,
      );
      expect([sent(), await backfills()]).toEqual([0, before]);
      await page.evaluate('window.kept = true');
      await start.dblclick();
      await dialog.waitFor({ state: 'detached' });
      expect(await page.getByRole('status', { name: 'What happened' }).innerText()).toContain(
        'The backfill has started: "tidemark-market-',
      );
      // by the stream of changes: the page isn't loaded again
      await until(
        () => labelOf(cellOf(page, 5)),
        (label) => label.includes(': loaded, 10 rows'),
      );
      expect(await page.evaluate('window.kept')).toBe(true);
      expect([sent(), await backfills()]).toEqual([1, before + 1]);
      const [status] = await client.status(['market']);
      expect(status?.resources?.[0]?.gaps[0]).toMatchObject({
        start: '2024-01-07T00:00:00Z',
        cause: 'paused',
      });
      expect(await opened.faults()).toEqual([]);
      await opened.close();
    });

    test('whose answer got lost is sent again as it is, and not done twice', async () => {
      const opened = await stage().open('/p/market');
      const { page } = opened;
      const before = await backfills();
      let lost = 0;
      await page.route(
        '**/api/actions',
        async (route) => {
          await route.fetch();
          lost += 1;
          await route.abort();
        },
        { times: 1 },
      );
      await cellOf(page, 8).click();
      const dialog = await askToBackfill(page);
      await dialog.getByRole('button', { name: 'Load 1 interval' }).click();
      await dialog.getByText('It may have been done.').waitFor();
      expect(await dialog.getByLabel('From', { exact: true }).isDisabled()).toBe(true);
      await dialog.getByRole('button', { name: 'Send again' }).click();
      await dialog.waitFor({ state: 'detached' });
      await until(
        () => labelOf(cellOf(page, 8)),
        (label) => label.includes(': loaded, 10 rows'),
      );
      expect([lost, await backfills()]).toEqual([1, before + 1]);
      await opened.close();
    });

    test('that has nothing to load is not started, and what is wrong in a field is said', async () => {
      const opened = await stage().open('/p/market');
      const { page } = opened;
      await cellOf(page, 2).click();
      const dialog = await askToBackfill(page);
      await dialog.getByText('Nothing to load in [2024-01-02, 2024-01-03).').waitFor();
      expect(await dialog.getByRole('button', { name: 'Start the backfill' }).isDisabled()).toBe(true);
      await dialog.getByLabel('All, loaded or not').check();
      await dialog.getByRole('button', { name: 'Load 1 interval' }).waitFor();
      await dialog.getByText('How it runs').click();
      await dialog.getByLabel('At a time').fill('many');
      await dialog.getByText('At a time: “many” is not a whole number from 1 to 1000.').waitFor();
      await dialog.getByLabel('At a time').fill('3');
      await dialog.getByLabel('Intervals in a run').fill('2');
      await dialog.getByLabel('Newest first').check();
      const command = dialog.getByRole('region', { name: 'As a command' });
      await until(
        () => command.innerText(),
        (text) => /--parallel 3/.test(text) && /--group 2/.test(text) && /--order newest/.test(text),
      );
      await dialog.getByLabel('From', { exact: true }).fill('yesterday');
      expect(await dialog.getByRole('alert').innerText()).toContain('yesterday');
      // a command of other fields would load something else, and asking the same again changes nothing
      expect(await command.count()).toBe(0);
      expect(await dialog.getByRole('button', { name: 'Try again' }).count()).toBe(0);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await gridOf(page, 'market').waitFor();
      await opened.close();
    });

    test('under way is resized, paused, resumed and cancelled', async () => {
      const { client, script } = stage();
      script.day = () =>
        new Promise<void>((resolve) => {
          release = () => {
            script.day = () => undefined;
            resolve();
          };
        });
      const { workflowId } = await client.startBackfill({
        pipeline: 'market',
        from: '2024-01-09',
        to: '2024-01-12',
        resources: ['orders'],
      });
      const opened = await stage().open('/p/market');
      const { page } = opened;
      const running = page.getByRole('region', { name: 'Running backfills' });
      await until(
        () => labelOf(cellOf(page, 9)),
        (label) => label.endsWith(': running'),
      );
      await running.getByText('0 of 3 intervals').waitFor();
      const ask = async (verb: string): Promise<Locator> => {
        await running.getByRole('button', { name: `${verb}…` }).click();
        return page.getByRole('dialog');
      };
      const resize = await ask('Resize');
      await resize.getByLabel('At a time').fill('2');
      await resize.getByRole('button', { name: 'Resize' }).click();
      await running.getByText('2 at a time').waitFor();
      const pause = await ask('Pause');
      await pause.getByLabel('Reason').fill('<b>lunch</b>');
      await pause.getByRole('button', { name: 'Pause', exact: true }).click();
      await running.getByText('paused: <b>lunch</b>').waitFor();
      expect((await client.running('market')).backfills[0]?.progress).toMatchObject({
        phase: 'paused',
        reason: '<b>lunch</b>',
        parallel: 2,
      });
      await (await ask('Resume')).getByRole('button', { name: 'Resume' }).click();
      await running.getByText('paused').waitFor({ state: 'detached' });
      const cancel = await ask('Cancel');
      expect(await cancel.innerText()).toContain(workflowId);
      await cancel.getByRole('button', { name: 'Cancel it' }).click();
      release();
      expect(await client.watchBackfill(workflowId)).toMatchObject({ status: 'cancelled' });
      await running.waitFor({ state: 'detached' });
      expect(await opened.faults()).toEqual([]);
      await opened.close();
      script.day = () => undefined;
    });
  });
}
