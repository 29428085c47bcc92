import { type ReadonlySignal, signal } from '@preact/signals';

const STEP_MS = 30_000;
const clock = signal(Date.now());

/** This browser's time in milliseconds, in steps of 30 seconds: for countdowns. */
export const now: ReadonlySignal<number> = clock;

const tick = () => {
  if (!document.hidden) clock.value = Date.now();
};
setInterval(tick, STEP_MS);
document.addEventListener('visibilitychange', tick);
