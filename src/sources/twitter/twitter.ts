import { z } from 'zod';
import { instant, secret } from '../../config';
import { TidemarkError } from '../../errors';
import { bearer, type JsonObject } from '../../http';
import { incremental } from '../../incremental';
import { defineSource, resource, transformer } from '../../source';
import { settleMsOf } from '../settle-ms';
import { postId } from './post-id';
import { refusal } from './refusal';
import { newestOf, nextOf, searchPages } from './search-pages';
import { readToken, writeToken } from './search-token';
import { rangeOf } from './time-range';

/** How long a post needs until recent search finds it. */
const SETTLE_SECONDS = 30;
const TWEET_FIELDS = 'id,text,author_id,created_at,conversation_id,lang,public_metrics,referenced_tweets';

const config = z.object({
  /** Of an app, from the developer portal. */
  bearerToken: secret(z.string()),
  /** Queries in the language of recent search; `bind` may give others to a run. */
  searchTerms: z.array(z.string().min(1)).default([]),
  /** Where a search begins that no earlier run made. Inclusive. @default as far back as the API reaches, seven days */
  startTime: instant().optional(),
  /** Where it ends. Exclusive. @default half a minute ago */
  endTime: instant().optional(),
  /** Fields of posts, by comma. */
  tweetFields: z.string().default(TWEET_FIELDS),
  /** Objects to come along under `includes`: `author_id`, by comma. @default none */
  expansions: z.string().optional(),
  /** Fields of users under `includes`, by comma. */
  userFields: z.string().optional(),
  /** Another address than https://api.twitter.com. */
  baseUrl: z.string().optional(),
  /** Seconds that a post needs to be found; a run whose range ends within them waits. 0 for an API without. */
  settleSeconds: z.number().min(0).optional(),
});

const key = (term: string): string => `last_value_${term}`;

/**
 * Twitter, now X, by its recent search: `search_tweets`, and `tweets` where it is asked for.
 *
 * **search_tweets** has a row for each page of answers, appended, as the API sent it: the posts under `data`, so in the
 * table `search_tweets__data`, counts and ids under `meta`, and the `search_term` that found them. `searchTerms`,
 * `startTime`, `endTime` come from config, or per run: `bind({ search_tweets: { searchTerms: ['duckdb'] } })`.
 *
 * Without a data interval, the newest id that each term found is kept in the source's state, as `last_value_<term>`. It
 * only grows, compared as an exact integer, and is sent as `since_id`, so that only newer posts come. `startTime` counts
 * for a term's first run. After a pause of more than seven days the id is too old for the API: then all that it reaches
 * comes, without what was loaded, and the log warns of the gap.
 *
 * With a data interval, or an `endValue`, a run loads the posts of `[start, end)`, sent as `start_time` and `end_time`;
 * the page's own `start_time` says so, and the state is neither read nor changed: chunks may run in parallel, and a rerun
 * replaces the interval's pages. Recent search reaches back seven days, and refuses a range that begins before. A post
 * is found some seconds after it was made, so a run whose range ends within `settleSeconds` waits (@default 30, for an
 * address on this machine 0). Keep to one of both ways in a dataset: pages have no key by which one could know the other's.
 *
 * **tweets**, not loaded unless named, has a row for each post and term instead, merged by `search_term` and `id`, from
 * the same requests.
 *
 * A rate limit is waited out until the reset that the API gives. A load that is tried again goes on with the page behind
 * its last checkpoint.
 *
 * Source of these rules: docs.x.com, "Recent search": quick start, integrate, paginate, and the API reference.
 *
 * @example twitter({ searchTerms: ['duckdb', 'from:duckdb lang:en'] })
 */
export const twitter = defineSource({
  name: 'twitter',
  config,
  http: (c) => ({
    baseUrl: c.baseUrl ?? 'https://api.twitter.com',
    auth: bearer(c.bearerToken),
    limitHeaders: [
      { remaining: 'x-rate-limit-remaining', reset: 'x-rate-limit-reset', resetIs: 'epochSeconds' },
    ],
    check: refusal,
  }),
  resources: (c) => {
    const settleMs = settleMsOf(c, SETTLE_SECONDS);
    // Only what a range was asked for has this field: without one nothing is dropped, and no time is claimed as loaded.
    const ofRange = incremental({
      cursor: 'start_time',
      type: 'iso',
      onCursorValueMissing: 'include',
      allowExternalSchedulers: true,
    });
    const pages = resource({
      name: 'search_tweets',
      writeDisposition: 'append',
      resumable: true,
      params: z.object({
        searchTerms: z.array(z.string().min(1)).optional(),
        startTime: instant().optional(),
        endTime: instant().optional(),
      }),
      incremental: { startTime: ofRange },
      async *extract({ incremental: { startTime }, params, http, sourceState, log, resumeFrom, checkpoint }) {
        const terms = [...new Set(params.searchTerms ?? c.searchTerms)];
        if (terms.length === 0)
          throw new TidemarkError(
            'CONFIG_MISSING',
            'The source "twitter" has no "searchTerms": give it one or several, twitter({ searchTerms: [\'duckdb\'] }), ' +
              "or bind them for a run, search_tweets.searchTerms=['duckdb'].",
          );
        const ranged = startTime.endValue !== undefined;
        const range = ranged
          ? rangeOf(startTime.startValue, startTime.endValue)
          : rangeOf(params.startTime ?? c.startTime ?? startTime.startValue, params.endTime ?? c.endTime);
        const { startMs, endMs } = range;
        if (startMs !== undefined && endMs !== undefined && startMs >= endMs) return;
        const early = endMs === undefined ? 0 : endMs + settleMs - http.now();
        const future = early > settleMs;
        if (ranged && settleMs > 0 && early > 0 && !future)
          await http.wait(early, 'the last posts of the range');
        const resumed = readToken(resumeFrom);
        for (const term of terms.slice(resumed === undefined ? 0 : terms.indexOf(resumed.term))) {
          const going = resumed?.term === term ? resumed : undefined;
          const known = (): bigint | undefined => postId(sourceState[key(term)]);
          const since = ranged ? undefined : going === undefined ? known() : going.since;
          const search = searchPages({
            http,
            log,
            term,
            // without an end the API takes the latest that it can
            range: !future && (ranged || early <= 0) ? range : { startMs, endMs: undefined },
            since,
            from: going?.next,
            fields: {
              'tweet.fields': c.tweetFields,
              expansions: c.expansions,
              'user.fields': c.userFields,
            },
          });
          for await (const page of search) {
            if (ranged) yield { ...page, start_time: startTime.startValue };
            else {
              const newest = newestOf(page);
              // a later page is of older posts: it must not take the state back
              if (newest !== undefined && newest > (known() ?? 0n)) sourceState[key(term)] = newest;
              yield page;
            }
            const next = nextOf(page);
            if (next !== undefined) await checkpoint(writeToken({ term, next, since }));
          }
          if (!ranged)
            log.info(`the search "${term}" is loaded up to ${String(known() ?? 'no post')}`, {
              search_term: term,
            });
        }
      },
    });
    return [
      pages,
      transformer({
        name: 'tweets',
        from: pages,
        selected: false,
        primaryKey: ['search_term', 'id'],
        writeDisposition: 'merge',
        incremental: { startTime: ofRange },
        async *extract({ items }) {
          for (const { data, search_term, start_time } of items as readonly JsonObject[]) {
            if (!Array.isArray(data)) continue;
            const found = start_time === undefined ? { search_term } : { search_term, start_time };
            yield data.map((post: JsonObject) => ({ ...post, ...found }));
          }
        },
      }),
    ];
  },
});
