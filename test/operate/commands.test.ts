import { execFileSync } from 'node:child_process';
import type { Command } from 'commander';
import fc from 'fast-check';
import { requestOf as backfillRequestOf } from '../../src/cli/actions/backfill';
import { requestOf as runRequestOf } from '../../src/cli/actions/run';
import { buildProgram } from '../../src/cli/program';
import type { RunAction } from '../../src/cli/session/command';
import {
  type BackfillRequest,
  backfillCommand,
  cancelCommand,
  pauseCommand,
  type RunRequest,
  resizeCommand,
  resumeCommand,
  runCommand,
} from '../../src/operate';
import { fakeTerminal } from '../cli/fake-terminal';
import { fakeConfig, fakePipeline, fakeSource } from '../temporal/fake-engine';

const RESOURCES = ['orders', 'late_orders'];
const config = fakeConfig([{ pipeline: fakePipeline('shop'), source: () => fakeSource('shop', RESOURCES) }]);
const [entry] = config.pipelines;

/** The words that a shell makes of a command line. */
function wordsOf(command: string): string[] {
  const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' });
  return printed.split('\0').slice(0, -1);
}

/** What the real command line makes of a command that is typed into a shell. Nothing is done. */
async function typed(command: string) {
  let call: { name: string; args: readonly unknown[]; options: Record<string, unknown> } | undefined;
  const record: RunAction =
    () =>
    (...values) => {
      const parsed = values.at(-1) as Command;
      call = { name: parsed.name(), args: parsed.processedArgs, options: parsed.optsWithGlobals() };
      return Promise.resolve();
    };
  const [program, ...words] = wordsOf(command);
  expect(program).toBe('tidemark');
  await buildProgram(fakeTerminal().terminal, record).parseAsync(words, { from: 'user' });
  if (call === undefined) throw new Error(`nothing was called by ${command}`);
  return call;
}

const maybe = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(one, { nil: undefined });
const date = fc.constantFrom('2024-01-31', '2024-01-31T06:30', '2024-01-31T06:00:00+02:00');
const resources = maybe(fc.subarray(RESOURCES, { minLength: 1 }));
const count = maybe(fc.integer({ min: 1, max: 5000 }));
/** What a shell, or the command line, could take for something else. */
const nasty = fc.oneof(
  fc.string().filter((text) => !text.includes('\0')),
  fc.constantFrom('', '-', '--', '--json', '-c', "it's", '$HOME `id` "x"', 'a\nb', '*', '~', '!!', '日本'),
);

describe('a command line', () => {
  test('of a backfill means its request', async () => {
    const request: fc.Arbitrary<BackfillRequest> = fc.record({
      pipeline: fc.constant('shop'),
      from: maybe(date),
      to: maybe(date),
      chunk: maybe(fc.constantFrom('cron', '1d', 'P1M', 'month', 7)),
      parallel: count,
      resources,
      select: maybe(fc.constantFrom(...(['missing', 'failed', 'all'] as const))),
      order: maybe(fc.constantFrom(...(['oldest', 'newest'] as const))),
      group: count,
    });
    await fc.assert(
      fc.asyncProperty(request, async (wanted) => {
        const { name, args, options } = await typed(backfillCommand(wanted));
        expect({ name, args }).toEqual({ name: 'backfill', args: ['shop'] });
        expect(backfillRequestOf(entry!, options)).toEqual({
          ...wanted,
          // that is how it is typed, and read alike
          chunk: wanted.chunk === undefined ? undefined : String(wanted.chunk),
          select: wanted.select ?? 'missing',
        });
      }),
    );
  });

  test('of a run means its request, whatever is bound', async () => {
    const values = fc.dictionary(fc.constantFrom('limit', 'states', 'a.b'), fc.oneof(fc.jsonValue(), nasty), {
      minKeys: 1,
      noNullPrototype: true,
    });
    const bind = fc
      .dictionary(fc.constantFrom(...RESOURCES), values, { minKeys: 1, noNullPrototype: true })
      // of numbers only -0 is written otherwise
      .map((one) => JSON.parse(JSON.stringify(one)) as NonNullable<RunRequest['bind']>);
    const request: fc.Arbitrary<RunRequest> = fc
      .record({
        resources,
        bind: maybe(bind),
        logicalDate: maybe(date),
        intervalAt: maybe(date),
        from: maybe(date),
        to: maybe(date),
        fullRefresh: fc.constantFrom(undefined, true),
        replace: fc.constantFrom(undefined, true),
        force: fc.constantFrom(undefined, true),
      })
      .map((one) => ({ ...one, pipeline: 'shop', force: one.replace && one.force }));
    await fc.assert(
      fc.asyncProperty(request, async (wanted) => {
        const { name, args, options } = await typed(runCommand(wanted));
        expect({ name, args }).toEqual({ name: 'run', args: ['shop'] });
        expect(runRequestOf(entry!, options)).toEqual(wanted);
      }),
    );
  });

  test('that pauses, resumes, resizes or cancels means just that', async () => {
    const id = 'tidemark-shop-backfill-2024-01-01T00:00:00Z--2024-02-01T00:00:00Z';
    expect(await typed(pauseCommand('shop'))).toMatchObject({
      name: 'pause',
      args: ['shop'],
      options: { reason: 'paused by hand' },
    });
    await fc.assert(
      fc.asyncProperty(nasty, nasty, async (reason, file) => {
        expect(await typed(pauseCommand(id, reason, { config: file }))).toMatchObject({
          name: 'pause',
          args: [id],
          options: { reason, config: file, json: false },
        });
      }),
    );
    expect(await typed(resumeCommand(id))).toMatchObject({ name: 'resume', args: [id] });
    expect(await typed(resizeCommand(id, 4))).toMatchObject({
      name: 'resize',
      args: [id],
      options: { parallel: 4 },
    });
    expect(await typed(cancelCommand(id, { config: 'my config.ts' }))).toMatchObject({
      name: 'cancel',
      args: [id],
      options: { config: 'my config.ts' },
    });
  });
});
