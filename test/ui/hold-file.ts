import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { releaseIdleFiles } from '../../src/destination';
import { ROOT } from '../root';

const HOLDS = `require('@duckdb/node-api').DuckDBInstance.create(process.argv[1]).then(() => { console.log('held'); process.stdin.resume(); process.stdin.on('end', () => process.exit()); })`;

/** Another program that holds a DuckDB file. */
export interface Holder {
  readonly pid: number | undefined;
  /** Ends it, and with it the hold. May be called twice. */
  release(): Promise<void>;
}

/** Starts a program that holds the file, which this process lets go of before. */
export async function holdFile(file: string): Promise<Holder> {
  releaseIdleFiles();
  const holder: ChildProcessWithoutNullStreams = spawn(process.execPath, ['-e', HOLDS, file], { cwd: ROOT });
  await once(holder.stdout, 'data');
  return {
    pid: holder.pid,
    async release() {
      if (holder.exitCode !== null) return;
      holder.stdin.end();
      await once(holder, 'close');
    },
  };
}
