import { TidemarkError } from '../../errors';
import type { Job } from './jobs';
import { type JobSession, queryConfiguration } from './session';

/**
 * Refuses what doesn't only read: Google says of a statement what it is before it runs it, and asks nothing for that.
 * @throws TidemarkError QUERY_FAILED
 */
export async function refuseOtherThanReading(
  session: JobSession,
  query: Parameters<typeof queryConfiguration>[1],
): Promise<void> {
  const { client, known } = session;
  const { projectId } = client.place;
  const configuration = { ...queryConfiguration(session, query), dryRun: true };
  const { statistics } = await client.call<Job>({
    method: 'POST',
    path: 'jobs',
    body: { jobReference: { projectId, location: await known.location(client) }, configuration },
  });
  const type = statistics?.query?.statementType;
  if (type === 'SELECT') return;
  throw new TidemarkError(
    'QUERY_FAILED',
    `The query failed: it is a statement of the kind "${type ?? 'unknown'}", and only a SELECT reads without changing anything.`,
  );
}
