import { type GithubEmulator, startGithubEmulator } from '../../examples/github-emulator';
import type { Pipeline } from '../../src';
import type { Log } from '../../src/source';
import { makeTarget, type Target } from './target';

/** Of the test that runs. */
export let emulator: GithubEmulator;
export let target: Pipeline;
export const use = (started: GithubEmulator): void => {
  emulator = started;
};
export const start = async (options: Parameters<typeof startGithubEmulator>[0]): Promise<void> =>
  use(await startGithubEmulator(options));

let made: Target;
beforeEach(() => {
  made = makeTarget('github', 'github_data');
  target = made.pipeline;
});
afterEach(async () => {
  await made.close();
  await emulator?.close();
});

export const warnings: string[] = [];
export const log: Log = { debug() {}, info() {}, warn: (message) => void warnings.push(message), error() {} };
beforeEach(() => void warnings.splice(0));

export const day = (of: number): string => `2024-01-${String(of).padStart(2, '0')}T00:00:00Z`;
export const query = <R extends object>(sql: string): Promise<R[]> => made.query<R>(sql);

/** Chunks of three days, in an order that isn't theirs, four at a time; one of them twice. */
export async function inChunks(
  load: (interval: { readonly start: string; readonly end: string }) => Promise<unknown>,
): Promise<void> {
  const chunks = [10, 1, 7, 4, 13].map((from) => ({ start: day(from), end: day(from + 3) }));
  await Promise.all(chunks.slice(0, 4).map(load));
  await load(chunks[4]!);
  await load(chunks[2]!);
}
/** Of the chunks together. */
export const RANGE = { from: day(1), to: day(16) };
