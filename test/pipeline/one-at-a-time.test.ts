import { oneAtATime } from '../../src/pipeline/one-at-a-time';
import { gate } from './harness';

const never = new AbortController().signal;

/** Work that notes when it began and ends when it is let go. */
function worker(
  log: string[],
  name: string,
  turn: { keys: string[]; overtakes?: boolean; signal?: AbortSignal; load?: string },
) {
  const end = gate();
  const began = gate();
  const { load = name, signal = never, ...rest } = turn;
  const done = oneAtATime({ ...rest, load, signal }, async () => {
    log.push(name);
    began.open();
    await end.opened;
    return name;
  });
  return { done, began: began.opened, end: end.open };
}

test('who takes a key waits until everyone who took it before has left', async () => {
  const log: string[] = [];
  const first = worker(log, 'first', { keys: ['a'] });
  const second = worker(log, 'second', { keys: ['b', 'a'] });
  const third = worker(log, 'third', { keys: ['b'] });
  const other = worker(log, 'other', { keys: ['c'] });
  await Promise.all([first.began, other.began]);
  expect(log).toEqual(['first', 'other']);
  first.end();
  await second.began;
  expect(log).toEqual(['first', 'other', 'second']);
  second.end();
  await third.began;
  for (const { end } of [third, other]) end();
  expect(await Promise.all([first.done, second.done, third.done, other.done])).toEqual([
    'first',
    'second',
    'third',
    'other',
  ]);
});

test('work that fails lets the next one go on', async () => {
  const failed = oneAtATime({ keys: ['f'], load: '1', signal: never }, () => Promise.reject(new Error('no')));
  const next = oneAtATime({ keys: ['f'], load: '2', signal: never }, () => Promise.resolve('yes'));
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

test('who is cancelled while waiting leaves at once, and those behind still wait for those before', async () => {
  const log: string[] = [];
  const abort = new AbortController();
  const first = worker(log, 'first', { keys: ['w'] });
  const second = worker(log, 'second', { keys: ['w'], signal: abort.signal });
  const third = worker(log, 'third', { keys: ['w'] });
  await first.began;
  abort.abort(new Error('enough'));
  await expect(second.done).rejects.toThrow('enough');
  expect(log).toEqual(['first']);
  first.end();
  await third.began;
  third.end();
  await third.done;
  expect(log).toEqual(['first', 'third']);
});

test('an attempt that takes over a load doesn’t wait for the attempt before it, but for other loads', async () => {
  const log: string[] = [];
  const first = worker(log, 'first attempt', { keys: ['o'], load: 'key' });
  const second = worker(log, 'second attempt', { keys: ['o'], load: 'key', overtakes: true });
  const other = worker(log, 'other load', { keys: ['o'], load: 'else', overtakes: true });
  await Promise.all([first.began, second.began]);
  second.end();
  await second.done;
  expect(log).toEqual(['first attempt', 'second attempt']);
  first.end();
  await other.began;
  other.end();
  await other.done;
});
