import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

/** A page with what went wrong in it. */
export interface OpenedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /**
   * What no page may do, a line each: an error of its scripts or in its console, a dialog of the browser, a violation of its
   * Content-Security-Policy, a request of another host, a script out of data that ran.
   */
  faults(): Promise<string[]>;
  close(): Promise<void>;
}

/** Remembers violations, also those before a test could listen; DOM types aren't known here. */
const WATCH = `
  window.violations = [];
  document.addEventListener('securitypolicyviolation', (event) =>
    window.violations.push('policy: ' + event.violatedDirective + ' refused ' + event.blockedURI + ' ' + event.sample));
`;

const TOLD =
  "[...(window.violations ?? []), ...('ran' in window ? ['a script of the data ran: ' + window.ran] : [])]";

/** Opens an address of the page in a browser profile of its own, 1280 × 800 unless told. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    timezoneId: 'America/New_York',
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(60_000);
  await context.addInitScript(WATCH);
  const page = await context.newPage();
  const found: string[] = [];
  const { origin } = new URL(url);
  page.on('pageerror', (error) => found.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    found.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    const { url: of } = message.location();
    if (message.type() === 'error' && !of.endsWith('/favicon.ico'))
      found.push(`console: ${message.text()} ${of}`);
  });
  page.on('request', (request) => {
    const asked = request.url();
    if (!asked.startsWith(`${origin}/`) && !asked.startsWith('data:') && !asked.startsWith('blob:'))
      found.push(`another host: ${asked}`);
  });
  await page.goto(url);
  // before the page knows which pipelines there are, it listens to the one that its address names
  const isOfNobody = (fault: string): boolean => fault.endsWith('/api/events?pipeline=nobody');
  return {
    page,
    context,
    async faults() {
      const told = await page.evaluate<string[]>(TOLD);
      return [...found.filter((fault) => !isOfNobody(fault)), ...told];
    },
    close: () => context.close(),
  };
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * What axe-core finds serious or critical, a line for each element, with what it is.
 * @param only these rules, such as `color-contrast`. @default all of WCAG 2.2 AA and best practice
 */
export async function axeFindings(page: Page, only: readonly string[] = RULES): Promise<string[]> {
  // a script of the debugger, which the policy of the page doesn't hold for
  await page.evaluate(`'axe' in window || (() => { ${AXE} })()`);
  const options = JSON.stringify({ resultTypes: ['violations'], runOnly: only });
  const { violations } = await page.evaluate<AxeResult>(`axe.run(document, ${options})`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 200)} ${failureSummary ?? ''}`,
      ),
    );
}

/** By how many CSS pixels the page is wider than its window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
