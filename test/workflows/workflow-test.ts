import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { TidemarkActivities } from '../../src/contracts';
import type { TemporalAccess } from '../../src/temporal';
import { workflowBundle } from '../../workers';
import { installRuntime } from '../../workers/runtime';
import { startTestServer } from '../temporal/test-server';

/** A server for one test file, and workers with scripted activities. */
export interface WorkflowTest {
  readonly access: TemporalAccess;
  /** Starts a worker on the queue; what is returned stops it. */
  work(
    taskQueue: string,
    activities: Partial<TidemarkActivities>,
    options?: Partial<WorkerOptions>,
  ): Promise<{ stop(): Promise<void> }>;
  close(): Promise<void>;
}

export async function startWorkflowTest(): Promise<WorkflowTest> {
  installRuntime();
  const access = await startTestServer();
  const connection = await NativeConnection.connect({ address: access.address });
  const running = new Set<() => Promise<void>>();
  return {
    access,
    async work(taskQueue, activities, options = {}) {
      const worker = await Worker.create({
        connection,
        namespace: access.namespace,
        taskQueue,
        activities,
        workflowBundle: await workflowBundle(),
        shutdownGraceTime: 0,
        ...options,
      });
      const run = worker.run();
      const stop = async (): Promise<void> => {
        running.delete(stop);
        if (worker.getState() === 'RUNNING') worker.shutdown();
        await run;
      };
      running.add(stop);
      return { stop };
    },
    async close() {
      await Promise.all([...running].map((stop) => stop()));
      await connection.close();
      await access.close();
    },
  };
}
