import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Dataset } from '../destination';
import type { Check } from './check';
import type { MakeDestination } from './make-destination';

/** Runs a check in a folder of its own, which goes after it. */
export async function runInPlace(make: MakeDestination, dataset: string, check: Check): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tidemark-check-'));
  const workDir = path.join(folder, 'work');
  const opened: Dataset[] = [];
  try {
    const destination = await make(folder);
    await check.run({
      destination,
      dataset,
      workDir,
      async files() {
        const names = await readdir(folder, { recursive: true });
        return names.filter((name) => name.split(path.sep)[0] !== path.basename(workDir)).sort();
      },
      async open() {
        const one = await destination.open({ pipeline: 'p', dataset, workDir });
        opened.push(one);
        return one;
      },
    });
  } finally {
    for (const one of opened) await one.close();
    await rm(folder, { recursive: true, force: true });
  }
}
