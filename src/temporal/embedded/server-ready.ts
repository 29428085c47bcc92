import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { TidemarkError } from '../../errors';
import type { ServerRecord } from './server-file';

const READY_WITHIN_MS = 60_000;
const POLL_MS = 100;
/** The server's own default is one day: too short to see last week's runs. */
const RETENTION_DAYS = 90;

async function withConnection<T>(
  record: Pick<ServerRecord, 'address'>,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = Connection.lazy({ address: record.address });
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

/** Whether a Temporal server answers there now. */
export function answers(record: Pick<ServerRecord, 'address' | 'namespace'>): Promise<boolean> {
  return withConnection(record, (connection) =>
    connection
      .withDeadline(Date.now() + 1_000, () =>
        connection.workflowService.describeNamespace({ namespace: record.namespace }),
      )
      .then(
        () => true,
        () => false,
      ),
  );
}

/** Resolves when the server answers for its namespace, or when it `hasEnded`. */
export async function waitUntilReady(
  record: Pick<ServerRecord, 'address' | 'namespace'>,
  hasEnded: () => boolean,
): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!hasEnded() && !(await answers(record))) {
    if (Date.now() > deadline)
      throw new TidemarkError(
        'SERVER_START_FAILED',
        `it did not answer on "${record.address}" within ${READY_WITHIN_MS / 1000} s`,
      );
    await delay(POLL_MS);
  }
}

/** Keeps closed workflows for 90 days. */
export function setRetention(record: Pick<ServerRecord, 'address' | 'namespace'>): Promise<void> {
  const seconds = RETENTION_DAYS * 24 * 3600;
  return withConnection(record, async ({ workflowService }) => {
    const { config } = await workflowService.describeNamespace({ namespace: record.namespace });
    const now = config?.workflowExecutionRetentionTtl?.seconds;
    // a namespace has a retention always; its 64-bit number is the SDK's, and the new one is made of it
    if (!now || Number(now) === seconds) return;
    await workflowService.updateNamespace({
      namespace: record.namespace,
      config: { workflowExecutionRetentionTtl: { seconds: now.add(seconds - Number(now)) } },
    });
  });
}
