import { setTimeout as delay } from 'node:timers/promises';
import { cutAll } from '../../destination/postgres/cut-connections';
import type { Deployment } from './load-history';

const MINUTE = 60_000;
/** Workers killed in each minute, each another. */
const KILLS = 3;

/**
 * Three workers killed in each minute, at random; Postgres crashed and the Temporal server killed, once each; all connections to
 * the database ended by the server, three times.
 */
export async function disturbAtRandom(
  deployment: Deployment,
  count: number,
  say: (text: string) => void,
): Promise<void> {
  await Promise.all([killEachMinute(deployment, count, say), crashServers(deployment, say)]);
}

async function killEachMinute(
  { workers, loaded }: Deployment,
  count: number,
  say: (text: string) => void,
): Promise<void> {
  while (!loaded.aborted) {
    const victims = shuffled(Array.from({ length: count }, (_, index) => index)).slice(0, KILLS);
    const began = performance.now();
    const moments = victims.map(() => Math.random() * MINUTE).sort((a, b) => a - b);
    for (const [at, victim] of victims.entries()) {
      await until(began + moments[at]!, loaded);
      if (loaded.aborted) return;
      await workers.killAgain(victim);
      say(`worker ${victim} killed and started again`);
    }
    await until(began + MINUTE, loaded);
  }
}

async function crashServers(
  { asked, postgres, database, temporal }: Deployment,
  say: (text: string) => void,
): Promise<void> {
  const cut = async (part: number): Promise<void> => {
    await asked(part);
    await cutAll(postgres, database);
    say('connections to Postgres ended');
  };
  await cut(1 / 6);
  await asked(1 / 3);
  await postgres.restart('crash');
  say('Postgres crashed and started again');
  await cut(1 / 2);
  await asked(2 / 3);
  await temporal.crash();
  say('Temporal server killed and started again');
  await cut(5 / 6);
}

/** Waits for a moment of `performance.now()`, or for the end. */
const until = (moment: number, signal: AbortSignal): Promise<void> =>
  delay(Math.max(0, moment - performance.now()), undefined, { signal }).catch(() => undefined);

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => [Math.random(), value] as const)
    .sort(([a], [b]) => a - b)
    .map(([, value]) => value);
}
