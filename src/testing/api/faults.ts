import { checkFault } from './option-checks';
import { selectorOf } from './routes';
import type { EmulatorRequest, Fault } from './types';

interface Planned {
  readonly fault: Fault;
  readonly isMeant: (request: EmulatorRequest) => boolean;
  seen: number;
}

/** The faults that are to come. */
interface FaultPlan {
  inject(...faults: readonly Fault[]): void;
  clear(): void;
  /** Those of a request, in the order in which they were injected; each request is asked about once. */
  of(request: EmulatorRequest): readonly Fault[];
}

export function makeFaultPlan(initial: readonly Fault[]): FaultPlan {
  let planned: Planned[] = [];
  const inject = (...faults: readonly Fault[]): void => {
    for (const fault of faults) checkFault(fault);
    planned.push(...faults.map((fault) => ({ fault, isMeant: selectorOf(fault.on), seen: 0 })));
  };
  inject(...initial);
  return {
    inject,
    clear() {
      planned = [];
    },
    of(request) {
      const due: Fault[] = [];
      for (const plan of planned) {
        if (!plan.isMeant(request)) continue;
        plan.seen += 1;
        const { at = 1, times = 1 } = plan.fault;
        if (plan.seen >= at && plan.seen < at + times) due.push(plan.fault);
      }
      planned = planned.filter(({ seen, fault: { at = 1, times = 1 } }) => seen < at + times - 1);
      return due;
    },
  };
}
