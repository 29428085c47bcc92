import type { GridView } from '../../../src/ui/api';
import { ask, type EventReader, listen } from './http';
import { type ServedProject, serveProject } from './project';

const day = (number: number): string => `2024-01-0${number}T00:00:00Z`;

let project: ServedProject;
const streams = new Set<EventReader>();

beforeAll(async () => {
  project = await serveProject({ askEveryMs: 100 });
}, 180_000);
afterEach(() => {
  for (const stream of streams) stream.close();
  streams.clear();
  jest.restoreAllMocks();
});
afterAll(() => project.close());

const get = async <T>(target: string): Promise<T> => (await ask(project.ui.url, target)).json<T>();

const hear = async (target: string): Promise<EventReader> => {
  const stream = await listen(project.ui.url, target);
  streams.add(stream);
  return stream;
};

describe('what changed', () => {
  test('is told to those who listen, when a run ended', async () => {
    const stream = await hear('/api/events?pipeline=shop');
    const before = await get<GridView>('/api/pipelines/shop/grid');
    const heard = stream.topics.length;
    // another process would start it as this client does: the page's server isn't told
    const { workflowId } = await project.client.startRun({ pipeline: 'shop', from: day(4), to: day(5) });
    await project.client.watchRun(workflowId);
    for (let seen = heard; ; ) {
      await stream.next('pipeline:shop', seen);
      // what is told while it is asked counts as new
      seen = stream.topics.length;
      const grid = await get<GridView>('/api/pipelines/shop/grid');
      if (grid.states[0]?.[3] === 'l') break;
    }
    expect(before.states[0]?.[3]).toBe('m');
    await stream.next('overview', 0);
    expect(new Set(stream.topics)).toEqual(new Set(['overview', 'pipeline:shop']));
  });

  test('is read once for a hundred listeners, and not at all for none', async () => {
    const grid = jest.spyOn(project.client, 'grid');
    const readAll = () =>
      Promise.all(Array.from({ length: 100 }, () => ask(project.ui.url, '/api/pipelines/shop/grid')));
    const listeners = await Promise.all(Array.from({ length: 100 }, () => hear('/api/events?pipeline=shop')));
    const first = await readAll();
    expect(new Set(first.map(({ text }) => text)).size).toBe(1);
    const heard = listeners.map(({ topics }) => topics.length);
    const { workflowId } = await project.client.startRun({ pipeline: 'shop', from: day(5), to: day(6) });
    await project.client.watchRun(workflowId);
    let rounds = 0;
    for (;;) {
      rounds += 1;
      await Promise.all(listeners.map((stream, index) => stream.next('pipeline:shop', heard[index])));
      listeners.forEach((stream, index) => {
        heard[index] = stream.topics.length;
      });
      const [answer] = await readAll();
      if (answer?.json<GridView>().states[0]?.[4] === 'l') break;
    }
    // once when the first page asked, once when the watcher began, and then as often as something changed: begun, ended
    expect(grid.mock.calls.length).toBeLessThanOrEqual(2 + 2 * (rounds + 2));
    for (const stream of listeners) stream.close();
    const countAfter = async () => {
      const before = grid.mock.calls.length;
      const other = await project.client.startRun({ pipeline: 'shop', from: day(6), to: day(7) });
      await project.client.watchRun(other.workflowId);
      await new Promise((resolve) => setTimeout(resolve, 500));
      return grid.mock.calls.length - before;
    };
    expect(await countAfter()).toBe(0);
  });

  test('in nothing is told to nobody', async () => {
    const grid = jest.spyOn(project.client, 'grid');
    await Promise.all([get('/api/pipelines/shop/grid'), get('/api/overview')]);
    const stream = await hear('/api/events?pipeline=shop');
    const count = (): readonly number[] => [stream.topics.length, grid.mock.calls.length];
    // the first round compares with what was read before anybody listened; on a slow machine it takes a while
    let [before, after] = [count(), [-1]] as [readonly number[], readonly number[]];
    for (let round = 0; round < 10 && String(before) !== String(after); round += 1) {
      before = count();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      after = count();
    }
    expect(after).toEqual(before);
  });

  test('is told of a config that was changed, by the client that reads it', async () => {
    const stream = await hear('/api/events');
    project.ui.use(project.client);
    await stream.next('overview');
  });
});

test('closing ends open streams', async () => {
  const stream = await listen(project.ui.url, '/api/events');
  await project.ui.close();
  await stream.ended;
  await expect(ask(project.ui.url, '/api/session')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
