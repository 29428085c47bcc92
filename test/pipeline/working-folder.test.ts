import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { sweepStaging, withStagingFolder } from '../../src/normalize';
import { temporaryFolder } from './harness';

const folder = temporaryFolder();

const made = (name: string): string => {
  const one = path.join(folder, name);
  mkdirSync(one, { recursive: true });
  return one;
};

test('a load has a folder of its own, which goes with it, however it ends', async () => {
  const seen: string[] = [];
  const work = async (own: string): Promise<void> => {
    made(path.basename(own));
    seen.push(own);
    throw new Error('no');
  };
  await expect(withStagingFolder(folder, work)).rejects.toThrow('no');
  expect(path.dirname(seen[0]!)).toBe(folder);
  expect(existsSync(seen[0]!)).toBe(false);
});

test('folders of killed processes go; those of loads that run stay, and so does what is no such folder', async () => {
  const { pid: gone } = spawnSync(process.execPath, ['-e', '']);
  await withStagingFolder(folder, async (own) => {
    made(path.basename(own));
    const host = /^staging-(\w{8})-/.exec(path.basename(own))?.[1];
    const killed = made(`staging-${host}-${gone}-a`);
    const parent = made(`staging-${host}-${process.ppid}-b`);
    const earlier = made(`staging-${host}-${process.pid}-c`);
    const elsewhere = made('staging-xxxxxxxx-1-d');
    const old = made('staging-e');
    utimesSync(old, 0, 0);
    made('checkpoints');
    await sweepStaging(folder);
    for (const one of [killed, earlier, old]) expect(existsSync(one)).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(
      ['checkpoints', ...[own, parent, elsewhere].map((one) => path.basename(one))].sort(),
    );
  });
});
