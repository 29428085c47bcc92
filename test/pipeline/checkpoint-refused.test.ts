import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { resource } from '../../src';
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

describe('a shared folder, tried before any load,', () => {
  const check = (at: string) =>
    freshPlace(folder)
      .pipeline({ checkpoints: { path: at } })
      .checkpoints!.check();

  test('is left as it was where it is good', async () => {
    const at = path.join(folder, 'mounted');
    mkdirSync(at);
    await check(at);
    expect(readdirSync(at)).toEqual([]);
  });

  test.each([
    ['is not there', path.join(folder, 'not-mounted'), 'no folder "'],
    // where nobody can make a file
    ['cannot be written', '/proc/self', 'Checkpoints can\'t be written into the folder "/proc/self"'],
  ])('is an invalid config where it %s', async (_, at, message) => {
    await expect(check(at)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(message),
    });
  });
});
