import { startUi, type UiOptions } from '../../../../src/ui';
import { openPage } from '../open-page';
import { cellOf, gridOf } from '../page-parts';
import type { MarketStage } from '../stage';

const TOKEN = 'a-token-of-more-than-16';

/** Another server of the same project, while `use` takes. */
async function serving(
  stage: MarketStage,
  options: Partial<UiOptions>,
  use: (at: { readonly url: string; readonly link: string }) => Promise<void>,
): Promise<void> {
  const ui = await startUi({ client: stage.client, port: 0, ...options });
  try {
    await use(ui);
  } finally {
    await ui.close();
  }
}

/** Sends an action from within the page, as a script would that got there. */
const sendAction = (to: string, header: string): string => `fetch(${JSON.stringify(to)} + '/api/actions', {
  method: 'POST',
  credentials: 'include',
  headers: { 'content-type': 'application/json'${header} },
  body: JSON.stringify({ key: 'k'.repeat(32), action: { kind: 'pause', what: 'market' } }),
}).then(async (answer) => answer.status + ' ' + (await answer.text()), (error) => String(error))`;

const OWN_HEADER = ", 'x-tidemark-action': '1'";

/** Who may see the page, and who may act. */
export function describeAccess(stage: () => MarketStage): void {
  const isPaused = async (): Promise<boolean | undefined> =>
    (await stage().client.status(['market']))[0]?.schedule?.paused;

  test('a page that is read-only offers commands in place of actions, and its server does none', async () => {
    await serving(stage(), { readOnly: true }, async ({ url }) => {
      const opened = await openPage(stage().browser, url);
      const { page } = opened;
      await page.getByRole('article', { name: 'market' }).waitFor();
      await page.getByText('read-only', { exact: true }).waitFor();
      expect(await page.getByRole('button', { name: /Run now|Pause|Backfill/ }).count()).toBe(0);
      await page.goto(`${url}/p/market`);
      await cellOf(page, 9).click();
      await page
        .getByRole('region', { name: 'Selection' })
        .getByRole('button', { name: 'Command to backfill…' })
        .click();
      const dialog = page.getByRole('dialog', { name: 'Backfill market' });
      expect(await dialog.getByRole('region', { name: 'As a command' }).innerText()).toContain(
        'tidemark backfill',
      );
      expect(await dialog.getByRole('button').allTextContents()).not.toContainEqual(
        expect.stringMatching(/^Load/),
      );
      expect(await opened.faults()).toEqual([]);
      expect(await page.evaluate(sendAction(url, OWN_HEADER))).toMatch(/^403 .*READ_ONLY/);
      expect(await isPaused()).toBe(false);
      await opened.close();
    });
  });

  test('a link with a token leads to a cookie that scripts do not see, and to an address without it', async () => {
    await serving(stage(), { token: TOKEN }, async ({ url, link }) => {
      const stranger = await openPage(stage().browser, url);
      await stranger.page.getByRole('heading', { name: 'This page needs its link' }).waitFor();
      expect(await stranger.page.evaluate("fetch('/api/session').then(({ status }) => status)")).toBe(401);
      await stranger.page.goto(`${url}/?token=${TOKEN.replace('16', '17')}`);
      await stranger.page.getByText('This link is not, or no more, the right one.').waitFor();
      await stranger.close();
      const opened = await openPage(stage().browser, link.replace('/?', '/p/market?'));
      const { page, context } = opened;
      await gridOf(page, 'market').waitFor();
      expect(page.url()).toBe(`${url}/p/market`);
      expect(await context.cookies()).toMatchObject([{ httpOnly: true, sameSite: 'Strict', path: '/' }]);
      expect((await context.cookies())[0]?.value).not.toContain(TOKEN);
      expect(await page.evaluate('document.cookie')).toBe('');
      await page.reload();
      await gridOf(page, 'market').waitFor();
      expect(await opened.faults()).toEqual([]);
      await opened.close();
    });
  });

  test("another site's page can't act, nor one of this server without its header", async () => {
    await serving(stage(), {}, async ({ url }) => {
      const opened = await openPage(stage().browser, url);
      // the page of one port asks the server of another, in which it may act
      const other = stage().ui.url;
      const { page } = opened;
      await page.getByRole('article', { name: 'market' }).waitFor();
      expect(await page.evaluate(sendAction(url, ''))).toMatch(/^403 /);
      await page.goto('about:blank');
      for (const header of ['', OWN_HEADER])
        expect(await page.evaluate(sendAction(other, header))).toBe('TypeError: Failed to fetch');
      // a form needs no permission to be sent
      await page.setContent(
        `<form method="post" enctype="text/plain" action="${other}/api/actions"><input name='{"key":"${'k'.repeat(32)}","action":{"kind":"pause","what":"market"},"a":"' value='"}'></form>`,
      );
      await Promise.all([page.waitForNavigation(), page.locator('form').evaluate((form) => form.submit())]);
      expect(await page.locator('body').innerText()).toMatch(/ORIGIN_REFUSED|HOST_REFUSED|BODY/);
      expect(await isPaused()).toBe(false);
      await opened.close();
    });
  });
}
