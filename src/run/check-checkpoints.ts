import type { Entry } from './entry';

/** Places tried at a time. */
const AT_A_TIME = 8;

/**
 * Tries the places where pipelines keep checkpoints that other hosts can read, so that a slip shows when a worker starts and
 * not when a long load is to go on. A place that many pipelines have is tried once.
 * @throws CONFIG_MISSING, CONFIG_INVALID; HTTP_NETWORK for a place that can't be reached
 */
export async function checkCheckpoints({
  pipelines,
}: {
  readonly pipelines: readonly Pick<Entry, 'pipeline'>[];
}): Promise<void> {
  const places = pipelines.flatMap(({ pipeline }) => pipeline.checkpoints ?? []);
  const distinct = [...new Map(places.map((place) => [place.id, place])).values()];
  for (let at = 0; at < distinct.length; at += AT_A_TIME)
    await Promise.all(distinct.slice(at, at + AT_A_TIME).map((place) => place.check()));
}
