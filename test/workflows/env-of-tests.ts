import { startWorkflowTest, type WorkflowTest } from './workflow-test';

/** Of the file's tests. */
export let env: WorkflowTest;
beforeAll(async () => {
  env = await startWorkflowTest();
}, 180_000);
afterAll(() => env.close());
