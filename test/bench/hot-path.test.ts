import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { ROOT } from '../root';

const PROGRAM = path.join(ROOT, 'dist', 'bench', 'hot-path.js');
/** Three to five times what it is: the noise of a busy machine passes, a hot path that lost its way doesn't. */
const MOST = 4;

test('flattening and staging cost no more than a few times JSON.parse of the same bytes', () => {
  const costs = JSON.parse(execFileSync(process.execPath, [PROGRAM], { encoding: 'utf8' })) as unknown;
  expect(costs).toEqual({ events: expect.any(Number), flat: expect.any(Number) });
  const { events, flat } = costs as { events: number; flat: number };
  expect(events).toBeLessThan(MOST);
  expect(flat).toBeLessThan(MOST);
});
