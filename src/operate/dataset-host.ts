import type { DatasetHome } from '../contracts';
import { homePlace } from '../run';
import { forgetHome, readHome } from '../temporal';
import type { TidemarkClient } from './client';

/** On which host the dataset of a pipeline is known to be; undefined for one that all hosts reach, or that nobody loaded yet. */
export async function hostOf(client: TidemarkClient, pipeline: string): Promise<DatasetHome | undefined> {
  const place = homePlace(client.entry(pipeline).pipeline);
  if (place === undefined) return undefined;
  const { client: temporal } = await client.temporal();
  return readHome(temporal, client.config.temporal.taskQueue, place);
}

/**
 * Forgets on which host the dataset of a pipeline is, where that one is given up: the next load says it anew. End the
 * workers there first.
 * @returns whether anything was known
 */
export async function forgetHost(client: TidemarkClient, pipeline: string): Promise<boolean> {
  const place = homePlace(client.entry(pipeline).pipeline);
  if (place === undefined) return false;
  const { client: temporal } = await client.temporal();
  return forgetHome(temporal, client.config.temporal.taskQueue, place);
}
