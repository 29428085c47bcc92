import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { shop } from '../../examples/testing/shop';
import { order, startShop, TOKEN } from '../../examples/testing/shop-api';
import { loadForTest, recordAnswers } from '../../src/testing';
import { ROOT } from '../root';
import { temporaryFolder } from '../temporary-folder';

const folder = temporaryFolder('example');
const recordings = temporaryFolder('example-answers');
const EXAMPLE = path.join(ROOT, 'examples', 'testing');
const read = (...at: readonly string[]): string => readFileSync(path.join(...at), 'utf8');

test('the example runs under node:test, which knows nothing of tidemark', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--test', '--test-reporter', 'tap', path.join(ROOT, 'dist', 'examples', 'testing', 'shop.test.js')],
    { cwd: ROOT },
  );
  expect(stdout).toMatch(/^# pass 7$/m);
  expect(stdout).toMatch(/^# fail 0$/m);
});

test('and under Jest as it comes, in which each test file has globals of its own', async () => {
  const config = path.join(folder, 'jest.config.json');
  const rootDir = path.join(ROOT, 'dist', 'examples', 'testing');
  writeFileSync(config, JSON.stringify({ rootDir, testMatch: ['<rootDir>/shop.jest.js'], transform: {} }));
  const { stderr } = await promisify(execFile)(
    process.execPath,
    [require.resolve('jest/bin/jest'), '--config', config, '--runInBand', '--no-cache', '--ci'],
    { cwd: ROOT, env: { ...process.env, TMPDIR: folder } },
  );
  expect(stderr).toMatch(/^Tests: +2 passed, 2 total$/m);
});

test('its recorded answers are what recordAnswers writes today', async () => {
  await using api = await startShop([order(1, 1), order(2, 1, { lines: [] }), order(3, 2)]);
  await using recorder = await recordAnswers({ folder: recordings, upstream: api.url });
  await loadForTest(shop({ token: TOKEN, baseUrl: recorder.url }));
  const files = (at: string) => readdirSync(at).map((name) => [name, read(at, name)]);
  expect(files(recordings)).toEqual(files(path.join(EXAMPLE, 'answers')));
});

test('what docs/testing.md shows is code of the example, which compiles and runs', () => {
  const code = readdirSync(EXAMPLE)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(EXAMPLE, name))
    .join('\n');
  const blocks = [...read(ROOT, 'docs', 'testing.md').matchAll(/^```ts\n(.*?)^```$/gms)].map(
    ([, text]) => text!,
  );
  expect(blocks.length).toBeGreaterThan(5);
  expect(
    blocks.flatMap((block) => block.split('\n\n')).filter((part) => !code.includes(part.trim())),
  ).toEqual([]);
});
