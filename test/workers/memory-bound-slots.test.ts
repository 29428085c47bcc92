import type { SlotReserveContext } from '@temporalio/worker';
import { memoryBoundSlots } from '../../workers/memory-bound-slots';

const context = {} as SlotReserveContext;
const release = {} as Parameters<ReturnType<typeof memoryBoundSlots>['releaseSlot']>[0];

describe('slots within a limit of memory', () => {
  test('are given up to their number while memory is below it', () => {
    const slots = memoryBoundSlots({ slots: 2, bytes: 100, used: () => 99 });
    const given = [1, 2, 3].map(() => slots.tryReserveSlot(context) !== null);
    expect(given).toEqual([true, true, false]);
    slots.releaseSlot(release);
    expect(slots.tryReserveSlot(context)).not.toBeNull();
  });

  test('beyond it there is one', () => {
    const slots = memoryBoundSlots({ slots: 4, bytes: 100, used: () => 100 });
    expect(slots.tryReserveSlot(context)).not.toBeNull();
    expect(slots.tryReserveSlot(context)).toBeNull();
  });

  test('who waits gets one when memory has come down', async () => {
    let used = 200;
    const slots = memoryBoundSlots({ slots: 2, bytes: 100, used: () => used });
    await slots.reserveSlot(context, new AbortController().signal);
    const second = slots.reserveSlot(context, new AbortController().signal);
    used = 50;
    expect(await second).toEqual({});
  });

  test('who waits no more is told so', async () => {
    const slots = memoryBoundSlots({ slots: 1, bytes: 100 });
    await slots.reserveSlot(context, new AbortController().signal);
    const controller = new AbortController();
    const waiting = slots.reserveSlot(context, controller.signal);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });
});
