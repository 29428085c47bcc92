import { askedOfRun } from '../../src/cli/run/asked-of-run';
import { followRun } from '../../src/cli/run/run-remote';
import type { LoadIntervalInput } from '../../src/contracts';
import { openClient, type TidemarkClient } from '../../src/operate';
import { shopConfig } from '../operate/shop';
import { startTestServer } from '../temporal/test-server';
import { recordedTerminal } from './capture';

const start = '2024-01-01T00:00:00Z';
const end = '2024-01-03T00:00:00Z';
let server: Awaited<ReturnType<typeof startTestServer>>;
let client: TidemarkClient;

beforeAll(async () => {
  server = await startTestServer();
  const script = { day: () => undefined };
  const config = shopConfig(server.projectDir, script, { schedule: { catchup: true, paused: true } });
  client = await openClient(config, { directory: server.projectDir, temporal: server });
}, 180_000);
afterAll(async () => {
  await client.close();
  await server.close();
});

test('a run that ended before its plan is told with the command that asks for the same again', async () => {
  const { workflowId } = await client.startRun({
    ...{ pipeline: 'shop', resources: ['orders'], from: '2024-01-01', to: '2024-01-03' },
    replace: true,
  });
  await server.client.workflow.getHandle(workflowId).terminate();
  const { terminal, err } = recordedTerminal();
  const code = await followRun({
    context: { terminal, cwd: '.', interrupted: new AbortController().signal },
    access: server,
    workflowId,
    options: { json: false, verbose: false },
    pipeline: 'shop',
    entry: client.entry('shop'),
  });
  expect(code).toBe(1);
  expect(err()).toBe(
    'failed orders [2024-01-01, 2024-01-03): The run was terminated. [TERMINATED]\n' +
      'again:  tidemark run shop --resource orders --from 2024-01-01 --to 2024-01-03 --replace\n',
  );
});

test.each<[string, Partial<LoadIntervalInput>, string | undefined, unknown]>([
  ['a range', { time: { kind: 'interval', interval: { start, end } } }, undefined, { start, end }],
  ['a date', { time: { kind: 'logicalDate', at: start } }, undefined, { start, end: start }],
  ['no date', { time: { kind: 'now' } }, undefined, null],
  [
    'the interval before a date',
    { time: { kind: 'intervalAt', at: end } },
    undefined,
    { start: '2024-01-02T00:00:00Z', end },
  ],
  ['its Schedule', {}, end, { start: '2024-01-02T00:00:00Z', end }],
  ['a tick by hand', {}, '2024-01-03T07:00:00Z', { start: '2024-01-02T00:00:00Z', end }],
  ['whatever started it', {}, undefined, undefined],
])('a run of %s is known by what it was started with', (_of, input, nominal, expected) => {
  const asked = askedOfRun(
    { input: { version: 1, pipeline: 'shop', ...input }, nominal },
    client.entry('shop'),
  );
  if (expected === undefined) expect(asked.interval).toBeUndefined();
  else expect(asked.interval).toEqual(expected);
});
