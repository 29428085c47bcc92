import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { measure, type Run } from './measure';
import { mediansOf, type WorkloadResult } from './results';
import { verify } from './verify';
import type { Contender, Workload } from './workload';

interface TurnsOptions {
  readonly rounds: number;
  /** Folder for the contenders' databases; emptied. */
  readonly folder: string;
  readonly log: (line: string) => void;
}

/** Lets the contenders of a workload run in turns, each run in a fresh folder, and checks what each of them loaded. */
export async function runWorkload(workload: Workload, options: TurnsOptions): Promise<WorkloadResult> {
  const { folder, log } = options;
  const { name, title, rows, unit, base, contenders, expected, summed, server } = workload;
  const { rounds = options.rounds } = workload;
  rmSync(folder, { recursive: true, force: true });
  const runs = new Map<string, Run[]>(contenders.map((contender) => [contender.name, []]));
  for (let round = 1; round <= rounds; round++)
    for (const contender of contenders) {
      const place = path.join(folder, 'run');
      await prepare(contender, { folder, place, server });
      const run = await measure(contender.command(place), server);
      if (expected !== undefined) await verify(server ?? place, expected, summed);
      rmSync(place, { recursive: true });
      runs.get(contender.name)!.push(run);
      const { cpuSeconds, serverCpuSeconds, wallSeconds, peakBytes } = run;
      const ofServer = serverCpuSeconds === undefined ? '' : ` (server ${serverCpuSeconds.toFixed(2)})`;
      log(
        `${name} ${round}/${rounds} ${contender.name}: ${cpuSeconds.toFixed(2)} CPU s${ofServer}, ${wallSeconds.toFixed(2)} s, ${(peakBytes / 1024 / 1024).toFixed(0)} MB`,
      );
    }
  rmSync(folder, { recursive: true, force: true });
  const results = [...runs].map(([contender, its]) => ({
    name: contender,
    median: mediansOf(its),
    runs: its,
  }));
  return { name, title, rows, unit, base, contenders: results };
}

/** Gives a contender its folder and its database: empty, or with a copy of the load that comes before. */
async function prepare(
  contender: Contender,
  { folder, place, server }: Pick<TurnsOptions, 'folder'> & Pick<Workload, 'server'> & { place: string },
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  if (contender.before === undefined) {
    mkdirSync(place);
    await server?.fresh();
    return;
  }
  const kept = contender.beforeOf ?? contender.name;
  const stored = path.join(folder, `before-${kept}`);
  if (!existsSync(stored)) {
    // Made where it will be used: a contender may keep the path of its folder.
    mkdirSync(place);
    await server?.fresh();
    await measure(contender.before(place));
    cpSync(place, stored, { recursive: true });
    await server?.keep(kept);
    return;
  }
  await server?.fresh(kept);
  cpSync(stored, place, { recursive: true });
}
