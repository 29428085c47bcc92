import { arch, cpus, release, totalmem } from 'node:os';

/** What figures depend on. Two results are compared only if all of it but `node` and `date` is the same. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  readonly date: string;
}

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: `${process.platform} ${release()} ${arch()}`,
    node: process.version,
    date: new Date().toISOString(),
  };
}

/** Differences that make figures of the one machine say nothing of the other. */
export function machineDifferences(one: Machine, other: Machine): string[] {
  return (['cpu', 'cores', 'memoryBytes', 'system'] as const)
    .filter((field) => one[field] !== other[field])
    .map((field) => `${field}: ${one[field]} and ${other[field]}`);
}
