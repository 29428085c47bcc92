import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ROOT } from '../root';

/** Runs a statement with a pipeline's log in a process of its own, and reads what it wrote. */
function logged(statement: string): { readonly text: string; readonly line: Record<string, unknown> } {
  const dist = JSON.stringify(path.join(ROOT, 'dist/src'));
  const script = `
    const { registerSecretValue } = require(${dist} + '/config');
    const { loadLog } = require(${dist} + '/pipeline/log.js');
    for (const secret of ['correct-horse-battery', '4711081512', 'say "x", twice']) registerSecretValue(secret);
    const secret = 'correct-horse-battery';
    const log = loadLog('shop');
    ${statement}`;
  const { stderr, status } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  expect(status).toBe(0);
  return { text: stderr, line: JSON.parse(stderr) as Record<string, unknown> };
}

test.each([
  "log.warn('no ' + secret)",
  'log.warn(new Error(secret))',
  "log.warn(new URL('https://host/?key=' + secret))",
  'log.warn(Buffer.from(secret))',
  "log.warn('x', { error: new Error(secret), err: new Error(secret, { cause: secret }) })",
  "log.warn('x', { url: new URL('https://host/?key=' + secret) })",
  "log.warn('x', { body: Buffer.from(secret), map: new Map([[1, secret]]) })",
  "log.warn('x', { id: 4711081512, list: [{ secret }] })",
  "log.warn('x', { late: { toJSON: () => ({ secret }) } })",
  "log.warn('x', { text: 'say \"x\", twice' })",
])('%s leaves no secret in a line that is JSON', (statement) => {
  const { text, line } = logged(statement);
  expect(text).not.toMatch(/horse|4711081512|99,111,114|twice/);
  expect(line).toMatchObject({ level: 40, pipeline: 'shop' });
});
