import { z } from 'zod';
import { incremental } from '../../incremental';
import { HOUR_MS } from '../../interval';
import { type ColumnHint, defineSource, resource } from '../../source';
import { archivesOf, gamesOf } from './archives';
import { isComplete, mayOverlap, monthOfArchive, monthParam } from './month';
import { getOfPlayer } from './player';

const BASE_URL = 'https://api.chess.com';
/** How old an answer of the API may be, by its documentation. */
const REFRESH_HOURS = 12;
/** In seconds, and longer than chess.com exists: a run without a data interval reaches back to the beginning. */
const EVERYTHING = 3_000_000_000;

const config = z.object({
  /** User names, in any case. */
  players: z.array(z.string().min(1)).min(1),
  /** An address or a user name by which chess.com can reach you. Sent in User-Agent, as its documentation asks. */
  contact: z.string().optional(),
  /** Whether times are stored as timestamps, or as the seconds that the API sends. A table that has seconds keeps them. */
  times: z.enum(['timestamps', 'seconds']).default('timestamps'),
  /** Another address than chess.com's. */
  baseUrl: z.string().optional(),
});

/** Hints for fields that hold unix seconds. */
const timestamps = (...names: readonly string[]): Readonly<Record<string, ColumnHint>> =>
  Object.fromEntries(names.map((name) => [name, { dataType: 'timestamp' }]));

/**
 * chess.com by its published-data API: `players_profiles`, `players_archives`, `players_games` of the players named. It
 * needs no account. `contact` goes into User-Agent, so that chess.com can write before it blocks.
 *
 * **players_profiles**, **players_archives** are snapshots: replaced by each run. **players_games** are merged by `url`,
 * so that a game between two of the players is there once, and one that is loaded again stays one.
 *
 * Without a data interval, the addresses of loaded archives are kept in the resource's state, as `archives`: one that is
 * there isn't asked for again, and the log says that it is skipped, whatever months are asked for. The month that still
 * grows isn't kept, nor one that ended less than a day ago, nor one of which a range left games out. `startMonth` and
 * `endMonth`, both inclusive, limit a run: `bind({ players_games: { startMonth: '2023/01', endMonth: '2023/06' } })`.
 *
 * With a data interval, or an `endValue`, the run loads the games that ended in it, `[start, end)` by `end_time`, from
 * the one or two archives that may hold them; the list of archives is neither read nor changed, so that a rerun loads
 * again and chunks may run in parallel.
 *
 * Times are stored as timestamps: `end_time` of a game, `joined` and `last_online` of a profile. A table that has them as seconds, as
 * earlier versions stored them, keeps them so; `times: 'seconds'` does that for a new one.
 *
 * An archive that is listed and answers 404 is left out with a warning, so that it stops neither other months nor other
 * players. It isn't kept in `archives`: the next run asks for it again.
 *
 * An answer of the API may be 12 hours old. A run whose interval ends within them warns, since games may be missing:
 * `schedule: { delay: '12h' }` makes it start late enough.
 *
 * A load that is tried again goes on behind the last archive of its checkpoint. Requests go one at a time, over all loads of a worker: parallel ones are what the API answers with 429.
 *
 * @throws CONFIG_INVALID for a player whom chess.com doesn't know
 *
 * Source of these rules: support.chess.com, "Published-Data API".
 *
 * @example chess({ players: ['hikaru', 'magnuscarlsen'] }).withResources('players_games')
 */
export const chess = defineSource({
  name: 'chess',
  config,
  http: (c) => ({
    baseUrl: c.baseUrl ?? BASE_URL,
    concurrency: 1,
    headers: { 'user-agent': c.contact === undefined ? 'tidemark' : `tidemark (contact: ${c.contact})` },
  }),
  resources: (c) => {
    const times = (...names: readonly string[]) => (c.times === 'timestamps' ? timestamps(...names) : {});
    return [
      resource({
        name: 'players_profiles',
        writeDisposition: 'replace',
        columns: times('joined', 'last_online'),
        async *extract({ http }) {
          for (const player of c.players) yield await getOfPlayer(http, player);
        },
      }),
      resource({
        name: 'players_archives',
        writeDisposition: 'replace',
        async *extract({ http }) {
          for (const player of c.players)
            yield (await archivesOf(http, player)).map((url) => ({
              player: player.toLowerCase(),
              month: monthOfArchive(url)?.text ?? null,
              url,
            }));
        },
      }),
      resource({
        name: 'players_games',
        primaryKey: 'url',
        writeDisposition: 'merge',
        resumable: true,
        columns: times('end_time'),
        params: z.object({ startMonth: monthParam(), endMonth: monthParam() }),
        initialState: { archives: [] as string[] },
        incremental: {
          // Without a declared type a run that no interval drives claims no time as loaded: months, players and the list of
          // archives choose what it loads. With this lag its cursor drops nothing either.
          endTime: incremental({
            cursor: 'end_time',
            initialValue: 0,
            lag: EVERYTHING,
            allowExternalSchedulers: true,
          }),
        },
        async *extract({ incremental: { endTime }, params, http, state, log, run, resumeFrom, checkpoint }) {
          const { startMonth = '', endMonth = '9999/12' } = params;
          const nowMs = Math.min(Date.parse(run.now), http.now());
          const startMs = endTime.startValue * 1000;
          const endMs = endTime.endValue === undefined ? Number.POSITIVE_INFINITY : endTime.endValue * 1000;
          const ranged = endTime.endValue !== undefined;
          if (startMs >= endMs) return;
          if (ranged && endMs > nowMs - REFRESH_HOURS * HOUR_MS)
            log.warn(
              `the range ends less than ${REFRESH_HOURS} hours ago, and answers of chess.com may be as old: its last games may be missing. ` +
                "Set schedule: { delay: '12h' }, or run the interval again.",
            );
          const done = new Set<string>(resumeFrom === undefined ? [] : JSON.parse(resumeFrom));
          for (const player of c.players)
            for (const url of await archivesOf(http, player)) {
              if (done.has(url)) continue;
              const month = monthOfArchive(url);
              if (month !== undefined) {
                if (month.text < startMonth || month.text > endMonth) continue;
                if (!mayOverlap(month, startMs, endMs)) continue;
              }
              if (!ranged && state.archives.includes(url)) {
                log.info(`skipping archive ${url}`, { player, archive: url });
                continue;
              }
              const games = await gamesOf(http, url);
              if (games === undefined) {
                log.warn(
                  `chess.com lists the archive ${url} and doesn't have it: its games are missing. ` +
                    (ranged ? 'Run the interval again once it is back.' : 'The next run asks for it again.'),
                  { player, archive: url },
                );
                continue;
              }
              yield games;
              const whole = month !== undefined && isComplete(month, nowMs) && month.startMs >= startMs;
              if (!ranged && whole) state.archives.push(url);
              done.add(url);
              await checkpoint(JSON.stringify([...done]));
            }
        },
      }),
    ];
  },
});
