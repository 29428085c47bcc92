import path from 'node:path';
import { z } from 'zod';
import { defineSource, duckdb, incremental, type Pipeline, pipeline, resource } from '../../../src';
import { defineConfig, type TidemarkConfig } from '../../../src/config';
import type { Source } from '../../../src/source';
import { MARKUP, TEXTS } from './texts';

/** What a test does while orders of a day are extracted; may throw, or make them wait. */
export interface Script {
  day: (day: string) => Promise<void> | void;
}

/** From this day on orders have a discount: a column that came later. */
export const DISCOUNTS_SINCE = '2024-01-03';
/** Rows of `visits` a day: more than a page shows of a load. */
export const VISITS = 130;

const cursor = () =>
  incremental({
    cursor: 'at',
    type: 'iso',
    initialValue: '2024-01-01T00:00:00Z',
    allowExternalSchedulers: true,
  });

const DAY = 86_400_000;

/** The days of a range, by their dates. */
function* daysOf(range: { readonly startValue: unknown; readonly endValue?: unknown }): Generator<string> {
  const last = Date.parse('2024-01-13T00:00:00Z');
  const end = Math.min(last, range.endValue === undefined ? last : Date.parse(String(range.endValue)));
  for (let at = Date.parse(String(range.startValue)); at < end; at += DAY)
    yield new Date(at).toISOString().slice(0, 10);
}

const orders = (script: Script) =>
  resource({
    name: 'orders',
    primaryKey: 'id',
    writeDisposition: 'append',
    params: { region: 'north' },
    columns: { note: { description: MARKUP } },
    incremental: { at: cursor() },
    async *extract({ incremental: { at }, params, state }) {
      for (const day of daysOf(at)) {
        await script.day(day);
        state['lastDay'] = day;
        yield Object.entries(TEXTS).map(([kind, note], number) => ({
          id: `${day}-${number}`,
          at: `${day}T${String(number).padStart(2, '0')}:00:00Z`,
          kind,
          note,
          region: params.region,
          amount: number * 1.5,
          ...(day >= DISCOUNTS_SINCE && { discount: number }),
          lines: [{ sku: `<b>${kind}</b>`, pieces: number + 1 }],
        }));
      }
    },
  });

const visits = resource({
  name: 'visits',
  writeDisposition: 'append',
  incremental: { at: cursor() },
  *extract({ incremental: { at } }) {
    for (const day of daysOf(at))
      yield Array.from({ length: VISITS }, (_, number) => ({ at: `${day}T12:00:00Z`, page: `/${number}` }));
  },
});

/** What a data interval doesn't reach: backfills leave it out. */
const countries = resource({
  name: 'countries',
  writeDisposition: 'replace',
  extract: () => [{ code: 'DE', name: TEXTS.image }],
});

const market = (script: Script): Source =>
  defineSource({
    name: 'market',
    config: z.object({}),
    resources: () => [orders(script), visits, countries],
  })() as unknown as Source;

/** A source of one resource, for a pipeline whose ledger a test writes by itself. */
const measured = (name: string, names: readonly string[]): Source =>
  defineSource({
    name,
    resources: () =>
      names.map((one) =>
        resource({
          name: one,
          incremental: { at: cursor() },
          *extract({ incremental: { at } }) {
            yield [{ at: at.startValue }];
          },
        }),
      ),
  })() as unknown as Source;

/** The days of the pipeline `market`: 12 of them are complete. */
export const MARKET_DAYS = { startDate: '2024-01-01', endDate: '2024-01-12' };
/** The days of the pipeline `archive`: a year, of which the page shows a heat map. */
export const ARCHIVE_DAYS = { startDate: '2023-01-01', endDate: '2023-12-31' };

/** A project of three pipelines, each with a file of its own: `market`, `archive` and, without a schedule, `by_hand`. */
export function marketConfig(folder: string, script: Script): TidemarkConfig<Pipeline, Source> {
  const into = (name: string): Pipeline =>
    pipeline({
      name,
      dataset: `${name}_data`,
      destination: duckdb({ path: path.join(folder, `${name}.duckdb`) }),
      workDir: path.join(folder, 'work', name),
    });
  return defineConfig({
    temporal: { taskQueue: 'market' },
    pipelines: [
      {
        pipeline: into('market'),
        source: () => market(script),
        retries: 0,
        // gaps are what catch-up would load; it is paused, so that deploying it starts nothing
        schedule: { cron: '@daily', ...MARKET_DAYS, catchup: true, paused: true },
      },
      {
        pipeline: into('archive'),
        source: () => measured('archive', ['letters', 'maps']),
        schedule: {
          cron: '0 6 * * *',
          timezone: 'Europe/Berlin',
          ...ARCHIVE_DAYS,
          catchup: true,
          paused: true,
        },
      },
      { pipeline: into('by_hand'), source: () => measured('by_hand', ['things']) },
    ],
  });
}

/** How many intervals the pipeline `history` has, and its resources. */
export const HISTORY_INTERVALS = 10_000;
export const HISTORY_RESOURCES = ['ads', 'campaigns', 'clicks', 'costs', 'visits'] as const;
export const HISTORY_START = '2022-01-01T00:00:00Z';

/** A project of one hourly pipeline, `history`, of so many intervals and five resources. */
export function historyConfig(
  folder: string,
  intervals: number = HISTORY_INTERVALS,
): TidemarkConfig<Pipeline, Source> {
  const last = Date.parse(HISTORY_START) + (intervals - 1) * 3_600_000;
  return defineConfig({
    temporal: { taskQueue: 'history' },
    pipelines: [
      {
        pipeline: pipeline({
          name: 'history',
          dataset: 'history_data',
          destination: duckdb({ path: path.join(folder, 'history.duckdb') }),
          workDir: path.join(folder, 'work'),
        }),
        source: () => measured('history', HISTORY_RESOURCES),
        schedule: { cron: '@hourly', startDate: HISTORY_START, endDate: new Date(last).toISOString() },
      },
    ],
  });
}
