import type { SlotAsk, SlotHolder, SlotRequest, SlotState } from '../src/contracts';

/** The state of a pipeline's slots, and to whom a grant has still to be announced. Plain data, changed by these functions only. */
export interface Slots extends SlotState {
  readonly unannounced: readonly SlotHolder[];
}

export function firstSlots(carried: SlotState | undefined): Slots {
  return { ...(carried ?? { limit: 1, holders: [], waiting: [] }), unannounced: [] };
}

const other =
  (id: string) =>
  ({ workflowId }: SlotHolder): boolean =>
    workflowId !== id;

/** Live runs before catch-up, older before younger; the id decides between the rest, so that the order is one. */
function before(a: SlotAsk, b: SlotAsk): number {
  return (
    a.rank - b.rank ||
    Date.parse(a.startedAt) - Date.parse(b.startedAt) ||
    (a.workflowId < b.workflowId ? -1 : 1)
  );
}

/** A run of an id that holds a slot keeps it: one run of an id is open at a time. */
export function afterAsk(slots: Slots, { ask, limit }: SlotRequest): Slots {
  const { workflowId, origin } = ask;
  const others = slots.holders.filter(other(workflowId));
  if (others.length < slots.holders.length) {
    const holder = { workflowId, origin };
    return { ...slots, limit, holders: [...others, holder], unannounced: [...slots.unannounced, holder] };
  }
  const waiting = [...slots.waiting.filter(other(workflowId)), ask].sort(before);
  return { ...slots, limit, waiting };
}

/** Without a run that ended, or that no longer wants its slot; a late word of an earlier run changes nothing. */
export function afterRelease(slots: Slots, { workflowId, origin }: SlotHolder): Slots {
  const stays = (one: SlotHolder): boolean => one.workflowId !== workflowId || one.origin !== origin;
  const { holders, waiting, unannounced } = slots;
  return {
    ...slots,
    holders: holders.filter(stays),
    waiting: waiting.filter(stays),
    unannounced: unannounced.filter(stays),
  };
}

/** Without runs that the server says have closed. */
export function afterClosed(slots: Slots, closed: readonly string[]): Slots {
  const stays = ({ workflowId }: SlotHolder): boolean => !closed.includes(workflowId);
  return { ...slots, holders: slots.holders.filter(stays), unannounced: slots.unannounced.filter(stays) };
}

export function canGrant({ limit, holders, waiting, unannounced }: Slots): boolean {
  return unannounced.length > 0 || (waiting.length > 0 && holders.length < limit);
}

/** Gives out the free slots, the first in the queue first. */
export function afterGrants(slots: Slots): Slots {
  const free = Math.max(0, slots.limit - slots.holders.length);
  const granted = slots.waiting
    .slice(0, free)
    .map(({ workflowId, origin }): SlotHolder => ({ workflowId, origin }));
  return {
    ...slots,
    holders: [...slots.holders, ...granted],
    waiting: slots.waiting.slice(granted.length),
    unannounced: [...slots.unannounced, ...granted],
  };
}

export function isIdle({ holders, waiting }: Slots): boolean {
  return holders.length === 0 && waiting.length === 0;
}
