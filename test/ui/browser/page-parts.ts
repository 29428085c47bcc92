import type { Locator, Page } from 'playwright-core';

/** The grid of a pipeline, once it is there. */
export const gridOf = (page: Page, pipeline: string): Locator =>
  page.getByRole('grid', { name: `Intervals of ${pipeline}` });

/** The cell of a day of January 2024, `orders` unless told. */
export function cellOf(page: Page, day: number, resource = 'orders'): Locator {
  const date = (of: number): string => `2024-01-${String(of).padStart(2, '0')}`;
  return gridOf(page, 'market').getByRole('gridcell', {
    name: `${resource}, ${date(day)} to ${date(day + 1)}: `,
  });
}

/** A text without what differs from run to run: how long something took. */
export const withoutSeconds = (text: string): string => text.replaceAll(/, \d+(\.\d)? s/g, ', … s');

/** What the cells of a grid say, resource by resource; how long loads took is `… s`. */
export async function labelsOf(grid: Locator): Promise<string[]> {
  const cells = await grid.getByRole('gridcell').all();
  return Promise.all(
    cells.map(async (cell) => withoutSeconds((await cell.getAttribute('aria-label')) ?? '')),
  );
}

const FOCUSED = `(() => {
  const { activeElement: element } = document;
  const name = element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 80);
  return (element.getAttribute('role') ?? element.tagName.toLowerCase()) + ' ' + name;
})()`;

/** What has the focus: its role or tag, and its name. */
export const focused = (page: Page): Promise<string> => page.evaluate(FOCUSED);

/** Waits until the focus is where it is wanted, and says where it stays otherwise. */
export async function focusOn(page: Page, wanted: RegExp): Promise<void> {
  await until(
    () => focused(page),
    (at) => wanted.test(at),
    `the focus on ${wanted}`,
  );
}

/** Presses Tab until the focus is where it is wanted, as someone without a mouse does. */
export async function tabTo(page: Page, wanted: RegExp, most = 60): Promise<string> {
  for (let pressed = 0; pressed < most; pressed++) {
    const at = await focused(page);
    if (wanted.test(at)) return at;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${most} times Tab didn't lead to ${wanted}; the focus is at "${await focused(page)}".`);
}

const WAITS_MS = 20_000;

/** Asks until the answer is as wanted. Locators wait by themselves; this is for what is read otherwise. */
export async function until<T>(
  ask: () => Promise<T>,
  wanted: (answer: T) => boolean,
  what = 'what was waited for',
): Promise<T> {
  const begun = Date.now();
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() - begun > WAITS_MS)
      throw new Error(`It isn't ${what} after ${WAITS_MS / 1000} s but ${JSON.stringify(answer)}.`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
