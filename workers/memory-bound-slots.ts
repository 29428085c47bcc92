import type { ActivitySlotInfo, CustomSlotSupplier, SlotPermit } from '@temporalio/worker';

/** How often memory is looked at while it is above the limit: nothing tells of it going down. */
const LOOK_EVERY_MS = 250;

/**
 * Slots of activities, of which further ones are given out only while the process stays below a limit of memory. The
 * first is given in any case: a limit that was set too low makes a worker slow, and does not stop it.
 *
 * @param options.used bytes that the process takes. @default its resident set
 */
export function memoryBoundSlots(options: {
  readonly slots: number;
  readonly bytes: number;
  readonly used?: () => number;
}): CustomSlotSupplier<ActivitySlotInfo> {
  const { slots, bytes, used = process.memoryUsage.rss } = options;
  let taken = 0;
  const free = (): boolean => taken === 0 || (taken < slots && used() < bytes);
  const take = (): SlotPermit | null => {
    if (!free()) return null;
    taken += 1;
    return {};
  };
  return {
    type: 'custom',
    tryReserveSlot: take,
    reserveSlot: (_context, signal) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const permit = take();
          if (permit === null) return;
          leave();
          resolve(permit);
        };
        const stop = (): void => {
          leave();
          reject(signal.reason);
        };
        const timer = setInterval(look, LOOK_EVERY_MS);
        const leave = (): void => {
          clearInterval(timer);
          signal.removeEventListener('abort', stop);
        };
        signal.addEventListener('abort', stop, { once: true });
        look();
      }),
    markSlotUsed() {},
    releaseSlot() {
      taken -= 1;
    },
  };
}
