import type { EntryConfig } from './entry';

/**
 * Tries the places where pipelines keep checkpoints that other hosts can read, so that a slip shows when a worker starts and
 * not when a long load is to go on.
 * @throws CONFIG_MISSING, CONFIG_INVALID; HTTP_NETWORK for a place that can't be reached
 */
export async function checkCheckpoints({ pipelines }: Pick<EntryConfig, 'pipelines'>): Promise<void> {
  await Promise.all(pipelines.map(({ pipeline }) => pipeline.checkpoints?.check()));
}
