import { TidemarkError } from '../../src/errors';
import { Access } from '../../src/operate/access';
import type { TemporalAccess } from '../../src/temporal';
import { fakeConfig, fakePipeline, fakeSource } from '../temporal/fake-engine';

const deployment = {
  config: fakeConfig([{ pipeline: fakePipeline('p'), source: () => fakeSource('s', ['a']) }]),
  directory: '.',
};
const OPENED = { namespace: 'default', close: () => Promise.resolve() } as unknown as TemporalAccess;

test('a connection that failed is tried again with the next use, and one that is open is kept', async () => {
  let opened = 0;
  const access = new Access(deployment, {}, () => {
    opened += 1;
    return opened === 1
      ? Promise.reject(new TidemarkError('TEMPORAL_UNAVAILABLE', 'not yet'))
      : Promise.resolve(OPENED);
  });
  const failing = [access.temporal(), access.temporal()];
  for (const one of failing) await expect(one).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE' });
  expect(opened).toBe(1);
  expect(await Promise.all([access.temporal(), access.temporal()])).toEqual([OPENED, OPENED]);
  expect(await access.temporal()).toBe(OPENED);
  expect(opened).toBe(2);
});

test('a connection that fails late takes nothing from the one that was opened since', async () => {
  const attempts: { fail(error: Error): void }[] = [];
  const access = new Access(deployment, {}, () =>
    attempts.length === 0
      ? new Promise((_resolve, reject) => attempts.push({ fail: reject }))
      : Promise.resolve(OPENED),
  );
  const first = access.temporal();
  const closing = access.close();
  const second = access.temporal();
  attempts[0]?.fail(new Error('too late'));
  await expect(first).rejects.toThrow('too late');
  await closing;
  expect(access.temporal()).toBe(second);
});

test('with a time to try again nobody waits a second time for a server that is away', async () => {
  const attempts: {
    readonly fail: (error: Error) => void;
    readonly open: (access: TemporalAccess) => void;
  }[] = [];
  const now = jest.spyOn(Date, 'now').mockReturnValue(0);
  const access = new Access(
    deployment,
    { retryAfterMs: 5_000 },
    () => new Promise((open, fail) => attempts.push({ fail, open })),
  );
  const first = access.temporal();
  attempts[0]?.fail(new Error('away'));
  await expect(first).rejects.toThrow('away');
  now.mockReturnValue(4_999);
  await expect(access.temporal()).rejects.toThrow('away');
  expect(attempts).toHaveLength(1);
  now.mockReturnValue(5_000);
  await expect(access.temporal()).rejects.toThrow('away');
  await expect(access.temporal()).rejects.toThrow('away');
  expect(attempts).toHaveLength(2);
  attempts[1]?.open(OPENED);
  await new Promise(setImmediate);
  expect(await access.temporal()).toBe(OPENED);
  now.mockRestore();
});
