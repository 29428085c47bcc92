import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import type { DatabaseServer } from './database-server';
import type { ContenderReport } from './task';

/** What one run of one contender took. */
export interface Run {
  readonly wallSeconds: number;
  /** User and system time, of the process and of those that it waited for. */
  readonly cpuSeconds: number;
  /** The same of the database server meanwhile; undefined if there is none. */
  readonly serverCpuSeconds?: number | undefined;
  /** Highest resident memory. */
  readonly peakBytes: number;
  /** Programs that wanted a core when it began: above 0 something else was going on. */
  readonly loadAverage: number;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const CLOCK_TICKS = 100;

/**
 * User and system seconds of the children that this process has waited for, and of theirs: as the kernel counts them at `wait4`,
 * whatever they are written in, from their first instruction to their last. Undefined where there is no such file.
 */
function reapedCpuSeconds(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / CLOCK_TICKS;
}

/**
 * Runs a contender in a process of its own; nothing else may end meanwhile that this process would wait for.
 *
 * @param server the database server that it loads to, whose time counts apart
 */
export async function measure(
  { program, args, env }: Command,
  server?: Pick<DatabaseServer, 'cpuSeconds'>,
): Promise<Run> {
  const [loadAverage = 0] = loadavg();
  const serverBefore = server?.cpuSeconds();
  const before = reapedCpuSeconds();
  const begun = performance.now();
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const wallSeconds = (performance.now() - begun) / 1000;
  const after = reapedCpuSeconds();
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`);
  const report = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as ContenderReport;
  const whole = {
    wallSeconds,
    cpuSeconds: before === undefined || after === undefined ? report.cpuSeconds : after - before,
  };
  const serverAfter = server?.cpuSeconds();
  const serverCpuSeconds =
    serverBefore === undefined || serverAfter === undefined ? undefined : serverAfter - serverBefore;
  return { ...whole, ...report.measured, serverCpuSeconds, peakBytes: report.peakBytes, loadAverage };
}
