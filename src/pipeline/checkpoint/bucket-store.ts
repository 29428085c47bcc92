import { createHash } from 'node:crypto';
import type { SteppedPage } from '../../source';
import type { BucketObjects } from './bucket-objects';
import { type CheckpointHead, type PageSegment, parseHead } from './checkpoint-head';
import { type CheckpointStore, laterAttempt, writerOf } from './checkpoint-store';
import { decodePages } from './page-writer';

const HEAD = 'checkpoint.json';
/** Heads that change again and again while one is written: more is no race of attempts. */
const TRIES = 8;
/** Objects removed at a time. */
const AT_A_TIME = 8;

interface BucketStoreOptions {
  /** What the keys of this load begin with; ends in `/`. */
  readonly base: string;
  readonly objects: BucketObjects;
  /** For removing, which goes on where a load is cancelled, and doesn't wait as long. */
  readonly removing: BucketObjects;
  readonly close?: (() => void) | undefined;
}

/**
 * The checkpoint of a load in a bucket: `checkpoint.json` as in a folder, and pages in an object for each part of theirs. The
 * head is replaced only where it is the one that was read (`If-Match`), so attempts that race see each other.
 */
export function bucketStore({ base, objects, removing, close }: BucketStoreOptions): CheckpointStore {
  const headKey = `${base}${HEAD}`;
  /** The head as this attempt last read or wrote it; undefined where there was none. */
  let seen: { readonly etag: string; readonly head: CheckpointHead | undefined } | undefined;

  const read = async (from: BucketObjects): Promise<CheckpointHead | undefined> => {
    const found = await from.get(headKey);
    seen = found && { etag: found.etag, head: parseHead(new TextDecoder().decode(found.body)) };
    return seen?.head;
  };
  const partOf = ({ file }: Pick<PageSegment, 'file'>, part: number): string =>
    `${base}${file}/${String(part).padStart(6, '0')}`;
  const removePages = async (
    from: BucketObjects,
    writer: number,
    kept: ReadonlySet<string>,
  ): Promise<void> => {
    let batch: Promise<boolean>[] = [];
    for await (const key of from.list(base)) {
      const file = key.slice(base.length).split('/')[0]!;
      if (file === HEAD || kept.has(file) || writerOf(file) > writer) continue;
      batch.push(from.remove(key));
      if (batch.length < AT_A_TIME) continue;
      await Promise.all(batch);
      batch = [];
    }
    await Promise.all(batch);
  };

  return {
    name: base,
    find: () => read(objects),
    async isWhole(segment) {
      const hash = createHash('sha256');
      let bytes = 0;
      for (let part = 0; part < segment.parts; part++) {
        const found = await objects.get(partOf(segment, part));
        if (found === undefined) return false;
        hash.update(found.body);
        bytes += found.body.byteLength;
      }
      return bytes === segment.bytes && hash.digest('hex') === segment.sha256;
    },
    async *pages(segment): AsyncGenerator<SteppedPage> {
      for (let part = 0; part < segment.parts; part++) {
        const found = await objects.get(partOf(segment, part));
        if (found === undefined) throw new RangeError(`"${partOf(segment, part)}" is not there any more.`);
        yield* decodePages(found.body);
      }
    },
    sink: (file) => ({
      async write(bytes, part) {
        await objects.put(partOf({ file }, part), joined(bytes));
      },
      // what a bucket has taken is durable
      sync: async () => undefined,
      close: async () => undefined,
    }),
    async write(head) {
      const body = new TextEncoder().encode(JSON.stringify(head));
      for (let attempt = 1; attempt <= TRIES; attempt++) {
        const known = seen;
        const etag = await objects.put(headKey, body, known === undefined ? 'none' : { etag: known.etag });
        if (etag !== undefined) {
          seen = { etag, head };
          return;
        }
        const there = await read(objects);
        // written by a request whose answer was lost
        if (there?.id === head.id) return;
        if (there === undefined && seen === undefined && known !== undefined)
          throw new Error('the checkpoint was removed meanwhile');
        // of one that drew the same number, the first to write stays
        const isOwn = there?.id === known?.head?.id;
        if (there !== undefined && !isOwn && there.writer >= head.writer) throw laterAttempt();
      }
      throw new Error(`the checkpoint "${headKey}" changed ${TRIES} times while it was written`);
    },
    tidy: ({ writer, segments }) => removePages(objects, writer, new Set(segments.map(({ file }) => file))),
    async remove(writer = Number.POSITIVE_INFINITY) {
      for (let attempt = 1; attempt <= TRIES; attempt++) {
        const there = await read(removing);
        if ((there?.writer ?? 0) > writer) return;
        if (seen !== undefined && !(await removing.remove(headKey, seen.etag))) continue;
        seen = undefined;
        return removePages(removing, writer, new Set());
      }
    },
    close: () => close?.(),
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
