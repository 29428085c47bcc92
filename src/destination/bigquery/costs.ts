import type { LoadCost } from '../../contracts';
import type { Job } from './jobs';

/** What a job has cost by Google's count. */
export function costOf({ statistics }: Job): LoadCost {
  const { totalBytesProcessed, totalSlotMs, query } = statistics ?? {};
  return {
    jobs: 1,
    bytesProcessed: Number(totalBytesProcessed ?? 0),
    bytesBilled: Number(query?.totalBytesBilled ?? 0),
    slotMs: Number(totalSlotMs ?? 0),
  };
}

/** What the jobs of one piece of work have cost together. */
export class JobCosts {
  #sum: LoadCost = { jobs: 0, bytesProcessed: 0, bytesBilled: 0, slotMs: 0 };

  add({ jobs, bytesProcessed, bytesBilled, slotMs }: LoadCost): void {
    this.#sum = {
      jobs: this.#sum.jobs + jobs,
      bytesProcessed: this.#sum.bytesProcessed + bytesProcessed,
      bytesBilled: this.#sum.bytesBilled + bytesBilled,
      slotMs: this.#sum.slotMs + slotMs,
    };
  }

  get sum(): LoadCost {
    return this.#sum;
  }
}
