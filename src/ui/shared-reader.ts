import { isTidemarkError } from '../errors';
import { redact } from '../redaction';
import { type Bytes, compressed, etagOf } from './compress';
import { jsonText } from './json-text';

/** What was read, as it is sent to every page that asks for it. */
export interface Answer {
  /** JSON. */
  readonly body: string;
  readonly etag: string;
  /** Why this is what was read earlier, and not what is: another program holds the dataset. */
  readonly unread?: string | undefined;
  /** When what is {@link unread} now was read, in milliseconds since 1970. */
  readonly readAt?: number | undefined;
  /** The body compressed, once for all that ask. */
  gzipped(): Promise<Bytes>;
}

/** Something that pages ask for. */
export interface Reading {
  /** What it is, with all that it depends on: those of the same key share an answer. */
  readonly key: string;
  /** What it is a part of: `overview`, or `pipeline:NAME`. */
  readonly topic: string;
  /** Whether it is read again where its topic may have changed, so that pages can be told. @default true */
  readonly live?: boolean | undefined;
  /** Whether reading it is billed: its topic isn't read again by the clock, so its answers hold a minute at the most. @default false */
  readonly billed?: boolean | undefined;
  /** A field that tells when it was read: an answer that differs in nothing else is the same. */
  readonly readAtField?: string | undefined;
  read(): Promise<unknown>;
}

interface Kept {
  readonly reading: Reading;
  readonly answer: Answer;
  readonly generation: number;
  readonly readAt: number;
}

interface Flight {
  readonly generation: number;
  readonly answer: Promise<Answer>;
}

/** So long an answer holds where nobody looks whether it changed. */
const HOLDS_MS = 2_000;
/** And so long where somebody does, but not by the clock. */
const HOLDS_BILLED_MS = 60_000;
const MOST_ANSWERS = 200;
const MOST_CHARACTERS = 32_000_000;
/** Of a topic so many answers are read again to see whether it changed: opening a dataset takes it from those who load. */
const MOST_READ_AGAIN = 4;

/**
 * Reads once for all pages: those who ask for the same at the same time wait for one reading, and who asks later gets the same
 * text until its topic may have changed.
 */
export class SharedReader {
  readonly #kept = new Map<string, Kept>();
  readonly #flights = new Map<string, Flight>();
  readonly #generations = new Map<string, number>();
  readonly #isWatched: (topic: string) => boolean;
  readonly #now: () => number;
  /** Topics of which something could not be read. */
  readonly #failed = new Set<string>();
  #characters = 0;
  #everything = 0;

  /** @param isWatched whether somebody looks for changes of a topic: until one is found its answers hold */
  constructor(isWatched: (topic: string) => boolean, now: () => number = Date.now) {
    this.#isWatched = isWatched;
    this.#now = now;
  }

  /**
   * The answer to a question.
   * @throws what its reading throws, unless another program holds the dataset and an earlier answer is known
   */
  async answer(reading: Reading): Promise<Answer> {
    const kept = this.#kept.get(reading.key);
    if (kept !== undefined && this.#holds(kept)) {
      // the last that was asked for is last in the map
      this.#kept.delete(reading.key);
      this.#kept.set(reading.key, kept);
      return kept.answer;
    }
    return this.#fly(reading);
  }

  /** From now on what was read of a topic holds no more. @default all topics */
  invalidate(topic?: string): void {
    if (topic === undefined) this.#everything += 1;
    else this.#generations.set(topic, (this.#generations.get(topic) ?? 0) + 1);
  }

  /** Forgets all answers: what they were read with is another now. */
  clear(): void {
    this.invalidate();
    this.#kept.clear();
    this.#characters = 0;
  }

  /**
   * Reads again what was asked for last of a topic; the rest is forgotten.
   * @param happened whether something is known to have happened: what isn't read again counts as changed then
   * @returns whether an answer isn't what it was, or may come where the last one could not be read
   */
  async readAgain(topic: string, happened: boolean): Promise<boolean> {
    const before = [...this.#kept.values()].filter((kept) => topicOf(kept) === topic);
    this.invalidate(topic);
    const live = before.filter(({ reading }) => reading.live !== false);
    const again = live.slice(-MOST_READ_AGAIN);
    for (const kept of before) if (!again.includes(kept)) this.#forget(kept.reading.key);
    const isUnread = happened && (live.length === 0 || live.length > again.length);
    let changed = this.#failed.delete(topic) || isUnread;
    // one after the other: a dataset is opened for one use at a time
    for (const { reading, answer } of again) {
      const now = await this.#fly(reading).catch(() => undefined);
      changed ||= now?.etag !== answer.etag;
    }
    return changed;
  }

  #fly(reading: Reading): Promise<Answer> {
    const generation = this.#generation(reading.topic);
    const flying = this.#flights.get(reading.key);
    if (flying?.generation === generation) return flying.answer;
    const answer = this.#read(reading, generation).finally(() => {
      if (this.#flights.get(reading.key)?.answer === answer) this.#flights.delete(reading.key);
    });
    this.#flights.set(reading.key, { generation, answer });
    return answer;
  }

  async #read(reading: Reading, generation: number): Promise<Answer> {
    try {
      const answer = answerOf(await reading.read(), reading.readAtField);
      if (generation === this.#generation(reading.topic)) this.#keep(reading, answer, generation);
      return answer;
    } catch (error) {
      this.#failed.add(reading.topic);
      const earlier = this.#kept.get(reading.key);
      if (earlier === undefined || !isTidemarkError(error) || error.code !== 'DESTINATION_LOCKED')
        throw error;
      return { ...earlier.answer, unread: redact(error.message), readAt: earlier.readAt };
    }
  }

  #holds({ reading, generation, readAt }: Kept): boolean {
    if (generation !== this.#generation(reading.topic)) return false;
    const age = this.#now() - readAt;
    if (!this.#isWatched(reading.topic)) return age < HOLDS_MS;
    return reading.billed !== true || age < HOLDS_BILLED_MS;
  }

  #keep(reading: Reading, answer: Answer, generation: number): void {
    this.#forget(reading.key);
    this.#kept.set(reading.key, { reading, answer, generation, readAt: this.#now() });
    this.#characters += answer.body.length;
    for (const [key] of this.#kept) {
      if (this.#kept.size <= MOST_ANSWERS && this.#characters <= MOST_CHARACTERS) break;
      if (key !== reading.key) this.#forget(key);
    }
  }

  #forget(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    this.#characters -= kept.answer.body.length;
  }

  #generation(topic: string): number {
    return this.#everything + (this.#generations.get(topic) ?? 0);
  }
}

const topicOf = ({ reading }: Kept): string => reading.topic;

function answerOf(value: unknown, readAtField: string | undefined): Answer {
  const body = jsonText(value);
  let gzipped: Promise<Bytes> | undefined;
  return {
    body,
    etag: etagOf(
      readAtField === undefined ? body : jsonText({ ...(value as object), [readAtField]: undefined }),
    ),
    gzipped() {
      gzipped ??= compressed(body, 'gzip');
      return gzipped;
    },
  };
}
