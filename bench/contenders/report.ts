import { readFileSync } from 'node:fs';
import type { ContenderReport } from '../task';

/** The task that a contender was started with. */
export function taskOf<T>(): T {
  return JSON.parse(process.argv[2] ?? '') as T;
}

/** User and system seconds of this process so far. */
export function ownCpuSeconds(): number {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return (userCPUTime + systemCPUTime) / 1e6;
}

/**
 * The highest resident memory of this process. On Linux the kernel's own mark since the program began: `maxRSS` may be
 * that of the process which started it.
 */
function ownPeakBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return Number(line?.[1]) * 1024;
}

/** Runs a contender's work and prints what it took. */
export function contend(work: () => Promise<ContenderReport['measured'] | undefined>): void {
  work().then(
    (measured) => {
      const report: ContenderReport = {
        peakBytes: ownPeakBytes(),
        cpuSeconds: ownCpuSeconds(),
        measured,
      };
      process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));
    },
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}
