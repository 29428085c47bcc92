import { pick, randomFor, whole } from '../emulator-kit';

export interface Post {
  readonly id: string;
  readonly text: string;
  readonly author_id: string;
  readonly created_at: string;
  readonly lang: string;
  readonly public_metrics: { readonly like_count: number; readonly retweet_count: number };
}

export interface DatasetOptions {
  /** @default 1 */
  readonly seed?: number;
  /** What posts are about; a query finds the posts about it. @default ['duckdb', 'temporal'] */
  readonly terms?: readonly string[] | undefined;
  /** Epoch milliseconds of the first post. @default 10 days ago */
  readonly fromMs?: number;
  /** Seconds between two posts. @default 600 */
  readonly everySeconds?: number | undefined;
}

export interface Dataset {
  readonly terms: readonly string[];
  /** Posts that a query finds, made before an instant of epoch milliseconds, newest first. */
  found(query: string, untilMs: number): readonly Post[];
}

/** From when on ids count milliseconds. */
const EPOCH_MS = 1_288_834_974_657n;
const HOUR_MS = 3_600_000;

/** An id as the service makes them: time in the upper bits, so that ids have 19 digits and order by time. */
export const idAt = (ms: number, sequence = 0): bigint => ((BigInt(ms) - EPOCH_MS) << 22n) + BigInt(sequence);

export const madeAt = ({ created_at }: Post): number => Date.parse(created_at);

const OPENINGS = ['Reading about', 'Trying', 'Can someone explain', 'Loving'];

/** Posts at equal distances, each about one term, now and then about two. */
export function makeDataset(options: DatasetOptions = {}): Dataset {
  const { seed = 1, terms = ['duckdb', 'temporal'], everySeconds = 600 } = options;
  const step = everySeconds * 1000;
  const firstMs = options.fromMs ?? Date.now() - 240 * HOUR_MS;
  // counted from the beginning of time, so that a post is the same whenever the emulator was started
  const first = Math.ceil(firstMs / step);
  const posts: Post[] = [];

  function post(index: number): Post {
    const random = randomFor(seed, 1, index);
    const ms = index * step;
    const about = [terms[index % terms.length]!];
    if (random() < 0.1) about.push(pick(random, terms));
    return {
      id: String(idAt(ms + whole(random, 1000), whole(random, 4096))),
      text: `${pick(random, OPENINGS)} ${about.join(' and ')} (${index})`,
      author_id: String(2_244_994_945 + whole(random, 20)),
      created_at: new Date(ms - (ms % 1000)).toISOString(),
      lang: 'en',
      public_metrics: { like_count: whole(random, 50), retweet_count: whole(random, 5) },
    };
  }

  return {
    terms,
    found(query, untilMs) {
      while ((first + posts.length) * step < untilMs) posts.push(post(first + posts.length));
      return posts.filter((one) => one.text.includes(query) && madeAt(one) < untilMs).reverse();
    },
  };
}
