import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Tokens that a user chooses have at least so many characters. */
export const SHORTEST_TOKEN = 16;
/** Wrong tokens from one address before it has to wait. */
const WRONG_TOKENS = 10;
const WRONG_WITHIN_MS = 60_000;
/** Addresses that are remembered; the first of more is forgotten. */
const MOST_ADDRESSES = 1_000;

/** A token nobody guesses: 32 random bytes as text. */
export const drawToken = (): string => randomBytes(32).toString('base64url');

/** How a link's token was taken. */
export type TokenVerdict = 'right' | 'wrong' | 'too-many';

/**
 * Who may see a page that isn't for this machine alone. A link with the token leads to a cookie with a session's value, which
 * is made of the token and of a key that only this process has: whoever has the cookie doesn't have the token.
 */
export class TokenGate {
  readonly #token: string;
  readonly #session: string;
  readonly #wrong = new Map<string, number[]>();
  readonly #now: () => number;

  constructor(token: string, now: () => number = Date.now) {
    this.#token = token;
    this.#session = createHmac('sha256', drawToken()).update(token).digest('base64url');
    this.#now = now;
  }

  /** The cookie's value. */
  get session(): string {
    return this.#session;
  }

  isSession(value: string | undefined): boolean {
    return value !== undefined && isSame(value, this.#session);
  }

  /** Compares a link's token, in the same time wherever it differs. After too many wrong ones of an address nothing is compared. */
  check(token: string, address: string): TokenVerdict {
    const since = this.#now() - WRONG_WITHIN_MS;
    const recent = (this.#wrong.get(address) ?? []).filter((at) => at > since);
    if (recent.length >= WRONG_TOKENS) return 'too-many';
    if (isSame(token, this.#token)) {
      this.#wrong.delete(address);
      return 'right';
    }
    this.#wrong.delete(address);
    this.#wrong.set(address, [...recent, this.#now()]);
    const [oldest] = this.#wrong.keys();
    if (this.#wrong.size > MOST_ADDRESSES && oldest !== undefined) this.#wrong.delete(oldest);
    return 'wrong';
  }
}

const digest = (text: string): Uint8Array => new Uint8Array(createHash('sha256').update(text).digest());

const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
