import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type S3Emulator, startS3Emulator } from '../../examples/files-emulator';
import { Secret } from '../../src';
import { type BucketObjects, bucketObjects } from '../../src/pipeline/checkpoint/bucket-objects';
import { bucketPlace } from '../../src/pipeline/checkpoint/bucket-place';
import { bucketStore } from '../../src/pipeline/checkpoint/bucket-store';
import { Checkpoint } from '../../src/pipeline/checkpoint/checkpoint';
import type { CheckpointHead } from '../../src/pipeline/checkpoint/checkpoint-head';
import type { CheckpointStore } from '../../src/pipeline/checkpoint/checkpoint-store';
import { folderPlace } from '../../src/pipeline/checkpoint/folder-place';
import { connectToS3 } from '../../src/s3-client';
import { silent } from '../silent-log';
import { temporaryFolder } from './harness';

const folder = temporaryFolder();
let emulator: S3Emulator;
beforeAll(async () => {
  emulator = await startS3Emulator({ pageKeys: 2 });
});
afterAll(() => emulator.close());

const { signal } = new AbortController();
const inFolder = (key: string) => ({
  /** As another process opens it. */
  store: (): CheckpointStore => folderPlace(folder, false).storeOf(key, signal),
  left: (): readonly string[] =>
    existsSync(path.join(folder, key)) ? readdirSync(path.join(folder, key)) : [],
});
const inBucket = (key: string) => ({
  store: (): CheckpointStore =>
    bucketPlace({ bucket: emulator.bucket, endpoint: emulator.url, ...emulator.keys }, 'shop').storeOf(
      key,
      signal,
    ),
  left: (): readonly string[] =>
    emulator.stored().filter((one) => one.startsWith(`tidemark/checkpoints/${key}/`)),
});
type Place = ReturnType<typeof inFolder>;

const opening =
  ({ store }: Place) =>
  (attempt: number) =>
    Checkpoint.open({
      store: store(),
      fingerprint: 'same',
      attempt,
      pace: { everySeconds: 0, everyPages: 1 },
      resource: 'orders',
      states: { resources: { orders: {} }, source: {} },
      log: silent,
    });
const page = (id: number) => ({ resource: 'orders', rows: [{ id }], yielded: 1, bytes: 0 });

describe.each([
  ['a folder', inFolder],
  ['a bucket', inBucket],
])('attempts of one load whose checkpoint is in %s', (_, placeOf) => {
  test('an earlier one that still runs writes no checkpoint once a later one has opened it', async () => {
    const place = placeOf('two-writers');
    const open = opening(place);
    const early = await open(1);
    early.keep(page(1));
    await early.save('after 1');
    const late = await open(1);
    expect(late.token).toBe('after 1');
    early.keep(page(2));
    await early.save('after 2, of the early one');
    late.keep(page(2));
    await late.save('after 2');
    early.keep(page(3));
    await early.save('after 3, of the early one');
    await Promise.all([early.close(), late.close()]);
    const third = await open(1);
    expect(third.token).toBe('after 2');
    const ids: unknown[] = [];
    for await (const { rows } of third.replay()) ids.push(...rows);
    expect(ids).toEqual([{ id: 1 }, { id: 2 }]);
    await third.discard();
    expect(place.left()).toEqual([]);
  });

  test('a later one is known as the later one, even where the clock of the earlier one is ahead', async () => {
    const open = opening(placeOf('clocks'));
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
    early.keep(page(9));
    await early.save('of the earlier one again');
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

  test('one that was overtaken leaves the pages of the later one alone, even before that has a checkpoint', async () => {
    const place = placeOf('overtaken');
    const open = opening(place);
    const early = await open(1);
    const late = await open(2);
    late.keep(page(1));
    await late.save('of the later one');
    const store = place.store();
    const { writer } = (await store.find())!;
    const whole = place.left();
    expect(whole).toHaveLength(2);
    await store.remove(writer - 1);
    await early.discard();
    expect(place.left()).toEqual(whole);
    await late.discard();
    expect(place.left()).toEqual([]);

    const sink = store.sink(`pages-${writer}-01234567-89ab-cdef-0123-456789abcdef.bin`);
    await sink.write([new Uint8Array([1])], 0);
    await sink.close();
    await store.remove(writer - 1);
    expect(place.left()).toHaveLength(1);
    await store.remove();
    expect(place.left()).toEqual([]);
  });
});

describe('a checkpoint in a bucket', () => {
  const head = (more: Partial<CheckpointHead>): CheckpointHead => ({
    version: 1,
    id: 'a',
    fingerprint: 'same',
    token: 'a token',
    writer: 1,
    states: '',
    segments: [],
    ...more,
  });

  test('of two attempts that drew one number, the first to write has it', async () => {
    const place = inBucket('one-number');
    await place.store().write(head({ id: 'found' }));
    const [one, other] = [place.store(), place.store()];
    await Promise.all([one.find(), other.find()]);
    await one.write(head({ id: 'one', writer: 2 }));
    await expect(other.write(head({ id: 'other', writer: 2 }))).rejects.toThrow('later attempt');
    await one.write(head({ id: 'one again', writer: 2 }));
    expect(await place.store().find()).toMatchObject({ id: 'one again' });
  });

  test('is replaced by a later attempt also where an earlier one wrote once more in between', async () => {
    const place = inBucket('in-between');
    const [early, late] = [place.store(), place.store()];
    await early.write(head({ id: 'early' }));
    await late.find();
    await early.write(head({ id: 'early again' }));
    await late.write(head({ id: 'late', writer: 2 }));
    await expect(early.write(head({ id: 'early and late' }))).rejects.toThrow('later attempt');
    expect(await place.store().find()).toMatchObject({ id: 'late', writer: 2 });
  });

  test('of a later attempt stays, also where that writes it while an earlier one removes its own', async () => {
    const late = inBucket('while-removed').store();
    const secretAccessKey = new Secret(emulator.keys.secretAccessKey);
    const settings = { endpoint: emulator.url, ...emulator.keys, secretAccessKey };
    const objects = bucketObjects(() => connectToS3(settings), { bucket: emulator.bucket });
    let removals = 0;
    const removing: BucketObjects = {
      ...objects,
      async remove(...asked) {
        removals += 1;
        if (removals === 1) await late.write(head({ id: 'late', writer: 2 }));
        return objects.remove(...asked);
      },
    };
    const early = bucketStore({ base: 'tidemark/checkpoints/while-removed/', objects, removing });
    await early.write(head({ id: 'early' }));
    await late.find();
    await early.remove(1);
    expect(removals).toBe(1);
    expect(await inBucket('while-removed').store().find()).toMatchObject({ id: 'late' });
  });

  test('is written once where the answer to a write is lost, and can be written again', async () => {
    const place = inBucket('lost-answers');
    const store = place.store();
    emulator.loseAnswers(1);
    await store.write(head({ id: 'new' }));
    emulator.loseAnswers(1);
    await store.write(head({ id: 'changed' }));
    await store.write(head({ id: 'changed again' }));
    expect(await place.store().find()).toMatchObject({ id: 'changed again' });
  });

  test('that somebody removed is not written again: its pages are gone too', async () => {
    const place = inBucket('removed');
    const store = place.store();
    await store.write(head({}));
    await place.store().remove();
    await expect(store.write(head({ id: 'b' }))).rejects.toThrow('removed meanwhile');
  });

  test('that is no longer what was written is of no use, and is replaced', async () => {
    const place = inBucket('damaged');
    const open = opening(place);
    const one = await open(1);
    one.keep(page(1));
    await one.save('after 1');
    await one.close();
    const [key] = place.left().filter((name) => name.includes('/pages-'));
    emulator.put(key!, 'something else');
    const two = await open(2);
    expect(two.token).toBeUndefined();
    expect(place.left()).toEqual([]);
    two.keep(page(1));
    await two.save('after 1');
    emulator.put(`tidemark/checkpoints/damaged/checkpoint.json`, '{"half":');
    const three = await open(3);
    expect(three.token).toBeUndefined();
    three.keep(page(1));
    await three.save('after 1, again');
    expect((await open(4)).token).toBe('after 1, again');
  });
});
