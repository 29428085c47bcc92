import { getEventListeners } from 'node:events';
import { stopAtPage } from '../../activities/stop-at-page';
import { callHook } from '../../src/run';
import { anySignal } from '../../src/value';

const listeners = (...signals: AbortSignal[]): number[] =>
  signals.map((signal) => getEventListeners(signal, 'abort').length);

describe('one signal for several', () => {
  test('is aborted with the first of them, for its reason', () => {
    const [a, b] = [new AbortController(), new AbortController()];
    const { signal } = anySignal([a.signal, b.signal]);
    expect(signal.aborted).toBe(false);
    b.abort('b was first');
    a.abort('a was late');
    expect(signal.reason).toBe('b was first');
    expect(listeners(a.signal, b.signal)).toEqual([0, 0]);
  });

  test('is aborted from the beginning where one of them is', () => {
    const { signal } = anySignal([new AbortController().signal, AbortSignal.abort('before')]);
    expect(signal.reason).toBe('before');
  });

  test('lets go of them when it is disposed of, though somebody still listens to it', () => {
    const [a, b] = [new AbortController(), new AbortController()];
    const { signal, dispose } = anySignal([a.signal, b.signal]);
    signal.addEventListener('abort', () => {});
    expect(listeners(a.signal, b.signal)).toEqual([1, 1]);
    dispose();
    expect(listeners(a.signal, b.signal)).toEqual([0, 0]);
    a.abort();
    expect(signal.aborted).toBe(false);
  });
});

test.each([
  ['answers', () => {}],
  ['fails', () => Promise.reject(new Error('refused'))],
])('a hook that %s leaves nothing on the signal of its run', async (_, hook) => {
  const { signal } = new AbortController();
  await callHook(hook, {}, signal).catch(() => undefined);
  expect(listeners(signal)).toEqual([0]);
});

test('a load that ended leaves nothing on the signal of its activity', () => {
  const { signal } = new AbortController();
  const stop = stopAtPage(signal);
  stop.signal.addEventListener('abort', () => {});
  expect(listeners(signal)).toEqual([1]);
  stop.dispose();
  expect(listeners(signal)).toEqual([0]);
});
