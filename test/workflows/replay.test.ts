import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Worker } from '@temporalio/worker';
import { workflowBundle } from '../../workers';

import { installRuntime } from '../../workers/runtime';
import { ROOT } from '../root';

const folder = path.join(ROOT, 'test', 'workflows', 'histories');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

beforeAll(() => installRuntime());

describe('recorded histories', () => {
  test('there are some of each workflow', () => {
    expect(files.some((name) => name.startsWith('load-interval'))).toBe(true);
    expect(files.some((name) => name.startsWith('backfill'))).toBe(true);
    expect(files.some((name) => name.startsWith('slots'))).toBe(true);
    expect(files.some((name) => name.startsWith('rates'))).toBe(true);
    expect(files.some((name) => name.startsWith('home'))).toBe(true);
  });

  test.each(files)('%s replays', async (name) => {
    const history: unknown = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
    await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history);
  });
});
