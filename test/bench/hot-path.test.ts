import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const PROGRAM = path.resolve(__dirname, '..', '..', 'dist', 'bench', 'hot-path.js');
/** Three to five times what it is: the noise of a busy machine passes, a hot path that lost its way doesn't. */
const MOST = 4;

test('flattening and staging cost no more than a few times JSON.parse of the same bytes', () => {
  if (!existsSync(PROGRAM)) throw new Error('This test runs the build: npm run build');
  const costs = JSON.parse(execFileSync(process.execPath, [PROGRAM], { encoding: 'utf8' })) as unknown;
  expect(costs).toEqual({ events: expect.any(Number), flat: expect.any(Number) });
  const { events, flat } = costs as { events: number; flat: number };
  expect(events).toBeLessThan(MOST);
  expect(flat).toBeLessThan(MOST);
});
