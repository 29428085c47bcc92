import type { Browser, CDPSession, Page } from 'playwright-core';

/** How smoothly something moved, by the browser's own trace. */
export interface Frames {
  readonly seconds: number;
  /** Frames that were drawn, a second. */
  readonly perSecond: number;
  /** Frames that a main thread was too late for. */
  readonly dropped: number;
  /** The longest time between two. */
  readonly longestMs: number;
  /** Milliseconds of the longest task of the page's thread. */
  readonly longestTaskMs: number;
}

interface TraceEvent {
  readonly name: string;
  readonly cat: string;
  readonly ph: string;
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
  readonly pid: number;
}

/** Records frames while `move` runs. */
export async function tracedFrames(browser: Browser, page: Page, move: () => Promise<void>): Promise<Frames> {
  await browser.startTracing(page, {
    categories: [
      'devtools.timeline',
      'disabled-by-default-devtools.timeline.frame',
      'devtools.timeline.frame',
      'toplevel',
    ],
  });
  await page.evaluate("performance.mark('move')");
  await move();
  await page.evaluate("performance.mark('moved')");
  const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  return framesOf(traceEvents);
}

function framesOf(events: readonly TraceEvent[]): Frames {
  const drawn = events.filter(({ name }) => name === 'DrawFrame').map(({ ts }) => ts);
  drawn.sort((a, b) => a - b);
  const pauses = drawn.slice(1).map((at, index) => at - drawn[index]!);
  const seconds = ((drawn.at(-1) ?? 0) - (drawn[0] ?? 0)) / 1e6;
  const tasks = events.filter(({ name, ph }) => ph === 'X' && name.endsWith('RunTask'));
  return {
    seconds,
    perSecond: (drawn.length - 1) / seconds,
    dropped: events.filter(({ name }) => name === 'DroppedFrame').length,
    longestMs: Math.max(...pauses) / 1000,
    longestTaskMs: Math.max(0, ...tasks.map(({ dur }) => dur ?? 0)) / 1000,
  };
}

/** Scrolls as fingers on a pad do: at so many CSS pixels a second, up or left for negative ones. */
export async function scroll(
  session: CDPSession,
  at: { readonly x: number; readonly y: number },
  by: { readonly x?: number; readonly y?: number; readonly speed: number },
): Promise<void> {
  await session.send('Input.synthesizeScrollGesture', {
    ...at,
    xDistance: -(by.x ?? 0),
    yDistance: -(by.y ?? 0),
    speed: by.speed,
    gestureSourceType: 'mouse',
    preventFling: true,
  });
}
