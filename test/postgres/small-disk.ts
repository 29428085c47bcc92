import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unprivileged } from './unprivileged';

/** A disk of its own in memory, where a server may write. */
export interface SmallDisk {
  readonly folder: string;
  grow(megabytes: number): void;
  close(): void;
}

/** @returns undefined where this process may not mount anything */
export function smallDisk(megabytes: number): SmallDisk | undefined {
  const identity = unprivileged();
  if (identity === undefined) return undefined;
  const parent = mkdtempSync(path.join(tmpdir(), 'tidemark-small-disk-'));
  const folder = path.join(parent, 'disk');
  mkdirSync(folder);
  const { uid, gid } = identity;
  const mount = (options: string): void => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' });
  };
  try {
    mount(`size=${megabytes}m,uid=${uid},gid=${gid},mode=0700`);
    execFileSync('chmod', ['0711', parent]);
  } catch {
    rmSync(parent, { recursive: true });
    return undefined;
  }
  return {
    folder,
    grow: (to) => mount(`remount,size=${to}m`),
    close() {
      execFileSync('umount', [folder]);
      rmSync(parent, { recursive: true });
    },
  };
}
