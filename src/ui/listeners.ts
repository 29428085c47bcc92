import { ReadableStream, type ReadableStreamDefaultController } from 'node:stream/web';
import type { ChangeEvent } from './api';
import { Refusal } from './refusal';

/** Proxies and browsers end a connection on which nothing comes for long. */
const COMMENT_EVERY_MS = 15_000;
const MOST_LISTENERS = 1_000;

/** What a stream is sent on, such as a socket. */
export interface Connection {
  once(event: 'close', ended: () => void): unknown;
  off(event: 'close', ended: () => void): unknown;
}

interface Listener {
  readonly topics: ReadonlySet<string>;
  readonly connection: Connection | undefined;
  /** Called when its connection has ended. */
  readonly onClose: () => void;
  /** What it wasn't told yet: of each topic the latest, however slowly it reads. */
  readonly pending: Map<string, number>;
  /** Its stream wants more; undefined while it is sent something. */
  wanting: (() => void) | undefined;
  comment: boolean;
  ended: boolean;
}

/** The pages that want to hear of changes. */
export class Listeners {
  readonly #listeners = new Set<Listener>();
  readonly #encoder = new TextEncoder();
  readonly #onNumber: () => void;
  #version = 0;
  #comments: NodeJS.Timeout | undefined;

  /** @param onNumber called when one came or went */
  constructor(onNumber: () => void) {
    this.#onNumber = onNumber;
  }

  get size(): number {
    return this.#listeners.size;
  }

  /** What is listened to. */
  topics(): Set<string> {
    return new Set([...this.#listeners].flatMap(({ topics }) => [...topics]));
  }

  /**
   * A stream of server-sent events about these topics. It makes a text only when the connection takes one, so a page that reads
   * slowly costs no memory. It ends with its connection, and with {@link endAll}.
   * @param connection of a stream that nobody reads, such as one whose answer waits behind another, its end is told by this alone
   * @throws Refusal 503 where there are too many, 400 where its connection has one already: a stream leaves no room for another answer
   */
  listen(topics: readonly string[], connection?: Connection): ReadableStream<Uint8Array> {
    if (this.#listeners.size >= MOST_LISTENERS)
      throw new Refusal(503, 'TOO_MANY_PAGES', `${MOST_LISTENERS} pages listen already; close some of them.`);
    if (connection !== undefined && [...this.#listeners].some((other) => other.connection === connection))
      throw new Refusal(400, 'STREAM_OPEN', 'This connection has a stream of events already; open another.');
    const listener: Listener = {
      topics: new Set(topics),
      connection,
      onClose: () => this.#forget(listener),
      pending: new Map(),
      wanting: undefined,
      comment: true,
      ended: false,
    };
    this.#listeners.add(listener);
    connection?.once('close', listener.onClose);
    this.#comments ??= setInterval(() => this.#commentAll(), COMMENT_EVERY_MS);
    this.#onNumber();
    return new ReadableStream<Uint8Array>(
      {
        pull: (controller) => this.#send(listener, controller),
        cancel: () => this.#forget(listener),
      },
      { highWaterMark: 0 },
    );
  }

  /** Tells those who listen to a topic that it isn't what it was. */
  tell(topic: string): void {
    this.#version += 1;
    for (const listener of this.#listeners) {
      if (!listener.topics.has(topic)) continue;
      listener.pending.set(topic, this.#version);
      listener.wanting?.();
    }
  }

  /** Ends all streams. */
  endAll(): void {
    for (const listener of [...this.#listeners]) {
      this.#forget(listener);
      listener.wanting?.();
    }
  }

  async #send(listener: Listener, controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (!hasText(listener))
      await new Promise<void>((resolve) => {
        listener.wanting = resolve;
      });
    listener.wanting = undefined;
    if (listener.ended) return closeQuietly(controller);
    controller.enqueue(this.#encoder.encode(textOf(listener)));
    listener.comment = false;
    listener.pending.clear();
  }

  #commentAll(): void {
    for (const listener of this.#listeners) {
      listener.comment = true;
      listener.wanting?.();
    }
  }

  #forget(listener: Listener): void {
    listener.ended = true;
    if (!this.#listeners.delete(listener)) return;
    listener.connection?.off('close', listener.onClose);
    if (this.#listeners.size === 0) {
      clearInterval(this.#comments);
      this.#comments = undefined;
    }
    // a stream that waits would keep what it holds
    listener.wanting?.();
    this.#onNumber();
  }
}

const hasText = ({ pending, comment, ended }: Listener): boolean => pending.size > 0 || comment || ended;

function textOf({ pending, comment }: Listener): string {
  const events = [...pending].map(([topic, version]) => {
    const event: ChangeEvent = { topic, version };
    return `event: change\ndata: ${JSON.stringify(event)}\n\n`;
  });
  return [...(comment ? [': here\n\n'] : []), ...events].join('');
}

/** One that was cancelled is closed already. */
function closeQuietly(controller: ReadableStreamDefaultController<Uint8Array>): void {
  try {
    controller.close();
  } catch {
    // nobody reads it any more
  }
}
