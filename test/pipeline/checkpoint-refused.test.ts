import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { resource } from '../../src';
import { Checkpoint } from '../../src/pipeline/checkpoint/checkpoint';
import { folderStore } from '../../src/pipeline/checkpoint/folder-store';
import { loadResources } from '../../src/pipeline/load-resources';
import { silent } from '../silent-log';
import { freshPlace, temporaryFolder } from './harness';
import { sourceOf } from './sources';

const folder = temporaryFolder();

describe('an author’s slip', () => {
  const run = async (one: ReturnType<typeof resource>) => {
    await using p = freshPlace(folder).pipeline();
    const { info } = await loadResources(p, { source: sourceOf('shop', [one]), loadKey: 'k', log: silent });
    return info.resources[0]?.error;
  };

  test('a checkpoint before its page is refused, since the page would be lost', async () => {
    const error = await run(
      resource({
        name: 'orders',
        resumable: true,
        async *extract({ checkpoint }) {
          await checkpoint('1');
          yield [{ id: 1 }];
        },
      }),
    );
    expect(error).toMatchObject({
      code: 'RESOURCE_INVALID',
      message: expect.stringContaining('after the yield'),
    });
  });

  test('a checkpoint of a resource that isn’t resumable is refused', async () => {
    const error = await run(
      resource({
        name: 'orders',
        async *extract({ checkpoint }) {
          yield [{ id: 1 }];
          await checkpoint('1');
        },
      }),
    );
    expect(error).toMatchObject({
      code: 'RESOURCE_INVALID',
      message: expect.stringContaining('resumable: true'),
    });
  });

  test('a token that is no text, and a pace that can’t be', async () => {
    const error = await run(
      resource({
        name: 'orders',
        resumable: true,
        async *extract({ checkpoint }) {
          yield [{ id: 1 }];
          await checkpoint(undefined as never);
        },
      }),
    );
    expect(error).toMatchObject({
      code: 'RESOURCE_INVALID',
      message: expect.stringContaining('gave checkpoint() undefined; a token is a text'),
    });
    expect(() => resource({ name: 'o', resumable: { everyPages: 0 }, extract: () => [] })).toThrow(
      'everyPages "0"',
    );
  });
});

test('rows that are no plain data are loaded without checkpoints, and the log says so', async () => {
  const warnings: unknown[] = [];
  class Money {
    readonly amount = 1;
  }
  const one = resource({
    name: 'orders',
    resumable: { everyPages: 1 },
    async *extract({ checkpoint }) {
      yield [{ id: 1, price: new Money() }];
      await checkpoint('1');
    },
  });
  await using p = freshPlace(folder).pipeline();
  const log = { ...silent, warn: (...said: unknown[]) => warnings.push(said) };
  const { info } = await loadResources(p, { source: sourceOf('shop', [one]), loadKey: 'k', log });
  expect(info.resources).toMatchObject([{ status: 'loaded', rows: 1 }]);
  expect(warnings).toMatchObject([
    [expect.stringContaining('no more checkpoints'), { error: expect.stringContaining('"Money"') }],
  ]);
});

test('an earlier attempt that still runs writes no checkpoint once a later one has opened it', async () => {
  const at = path.join(folder, 'two-writers');
  const open = () =>
    Checkpoint.open({
      store: folderStore(at),
      fingerprint: 'same',
      attempt: 1,
      pace: { everySeconds: 0, everyPages: 1 },
      resource: 'orders',
      states: { resources: { orders: {} }, source: {} },
      log: silent,
    });
  const page = (id: number) => ({ resource: 'orders', rows: [{ id }], yielded: 1, bytes: 0 });
  const early = await open();
  early.keep(page(1));
  await early.save('after 1');
  const late = await open();
  expect(late.token).toBe('after 1');
  early.keep(page(2));
  await early.save('after 2, of the early one');
  late.keep(page(2));
  await late.save('after 2');
  await Promise.all([early.close(), late.close()]);
  const third = await open();
  expect(third.token).toBe('after 2');
  const ids: unknown[] = [];
  for await (const { rows } of third.replay()) ids.push(...rows);
  expect(ids).toEqual([{ id: 1 }, { id: 2 }]);
  await third.discard();
  expect(existsSync(at)).toBe(false);
});

test('a later attempt is known as the later one, even where the clock of the earlier one is ahead', async () => {
  const at = path.join(folder, 'clocks');
  const open = (attempt: number) =>
    Checkpoint.open({
      store: folderStore(at),
      fingerprint: 'same',
      attempt,
      pace: { everySeconds: 0, everyPages: 1 },
      resource: 'orders',
      states: { resources: { orders: {} }, source: {} },
      log: silent,
    });
  const page = (id: number) => ({ resource: 'orders', rows: [{ id }], yielded: 1, bytes: 0 });
  const ahead = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);
  const early = await open(1);
  ahead.mockReturnValue(Date.now() - 3_600_000);
  const late = await open(2);
  late.keep(page(1));
  await late.save('of the later one');
  early.keep(page(9));
  await early.save('of the earlier one');
  late.keep(page(2));
  await late.save('of the later one again');
  ahead.mockRestore();
  await Promise.all([early.close(), late.close()]);
  const third = await open(3);
  expect(third.token).toBe('of the later one again');
  // whose token the source refuses, say
  await early.discard();
  expect((await open(4)).token).toBe('of the later one again');
  await third.discard();
  expect((await open(5)).token).toBe('of the later one again');
});

test('an attempt that another one overtook leaves the pages of that one alone, with or without a checkpoint', async () => {
  const at = path.join(folder, 'overtaken');
  const store = folderStore(at);
  const page = { resource: 'orders', rows: [{ id: 1 }], yielded: 1, bytes: 0 };
  const open = (attempt: number) =>
    Checkpoint.open({
      store,
      fingerprint: 'same',
      attempt,
      pace: { everySeconds: 0, everyPages: 1 },
      resource: 'orders',
      states: { resources: { orders: {} }, source: {} },
      log: silent,
    });
  const early = await open(1);
  const late = await open(2);
  late.keep(page);
  await late.save('of the later one');
  const { writer, segments } = (await store.find())!;
  const pages = path.join(at, segments[0]!.file);
  await store.remove(writer - 1);
  await early.discard();
  expect(existsSync(pages)).toBe(true);
  rmSync(path.join(at, 'checkpoint.json'));
  await store.remove(writer - 1);
  expect(existsSync(pages)).toBe(true);
  await late.discard();
  expect(existsSync(at)).toBe(false);
});

test.each(['isolated', 'itself'])(
  'a shared folder that is not there is told, and nothing is made in its place (%s)',
  async (how) => {
    const missing = path.join(folder, 'not-mounted');
    const warnings: unknown[] = [];
    const one = resource({
      name: 'one',
      resumable: true,
      async *extract() {
        yield [{ id: 1 }];
      },
    });
    await using home = freshPlace(folder).pipeline({ checkpoints: { path: missing } });
    const p = how === 'isolated' ? home.isolated('one') : home;
    const log = { ...silent, warn: (...said: unknown[]) => warnings.push(said) };
    const { info } = await loadResources(p, { source: sourceOf('shop', [one]), loadKey: 'k', log });
    expect(info.resources).toMatchObject([{ status: 'loaded', rows: 1 }]);
    expect(warnings).toMatchObject([
      [
        expect.stringContaining('no checkpoints can be written'),
        { error: expect.stringContaining(`no folder "${missing}"`) },
      ],
    ]);
    expect(existsSync(missing)).toBe(false);
  },
);
