import path from 'node:path';
import { defineSource, incremental, type Pipeline, pipeline, resource } from '../../src';
import { defineConfig, type TidemarkConfig } from '../../src/config';
import { type Destination, duckdb } from '../../src/destination';
import type { TidemarkClient } from '../../src/operate';
import type { Source } from '../../src/source';
import { inBigQuery } from '../bigquery/destinations';
import { type BigQueryFake, startBigQuery } from '../emulators/bigquery';
import { inPostgres } from '../postgres/destinations';
import { type PostgresServer, startPostgres } from '../postgres/server';

/** What a page must show as it is, and SQL must not read. */
export const MARKUP = `<img src=x onerror="alert('1')">' OR 1=1; -- "?" \\ ü😀`;
/** Beyond what a number of JavaScript holds. */
export const HUGE = 9_007_199_254_740_993n;

const dateOf = (day: number): string => `2024-01-${String(day).padStart(2, '0')}`;

/** The data interval of days of January. */
export const days = (first: number, last = first) => ({
  start: `${dateOf(first)}T00:00:00Z`,
  end: `${dateOf(last + 1)}T00:00:00Z`,
});

type Row = Record<string, unknown>;

const at = (day: number): string => `${dateOf(day)}T06:00:00Z`;

/** Orders of a day. The second day changes an order of the first and brings a column, the third makes a whole number a fraction. */
const ORDERS: Readonly<Record<number, readonly Row[]>> = {
  1: [
    { id: 1, at: at(1), size: HUGE, amount: 1, who: MARKUP, items: [{ sku: 'a', labels: ['x', 'y'] }] },
    {
      id: 2,
      at: at(1),
      size: -HUGE,
      amount: 2,
      who: null,
      items: [{ sku: 'b' }, { sku: 'c', labels: ['z'] }],
    },
  ],
  2: [
    { id: 2, at: at(2), size: 5, amount: 2, who: 'B', gift: true, items: [{ sku: 'b' }] },
    { id: 3, at: at(2), size: 6, amount: 3, who: 'C', gift: false },
  ],
  3: [{ id: 4, at: at(3), size: 7, amount: 0.5, who: 'D' }],
};

/** The day on which many visits come. */
export const BUSY_DAY = 4;

/** What a test changes between loads. */
export interface Script {
  /** Up to which day there is data for a run without an interval. @default the first */
  lastDay?: number;
  /** Rows of the resource `things`. @default none */
  things?: readonly Row[];
}

function market(script: Script): Source {
  const cursor = () =>
    incremental({ cursor: 'at', type: 'iso', initialValue: days(1).start, allowExternalSchedulers: true });
  const daysFrom = ({ startValue, endValue }: { startValue: unknown; endValue: unknown }): number[] => {
    const first = Number(String(startValue).slice(8, 10));
    const last = endValue ? Number(String(endValue).slice(8, 10)) - 1 : (script.lastDay ?? 1);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => first + n);
  };
  return defineSource({
    name: 'market',
    resources: () => [
      resource({
        name: 'orders',
        primaryKey: 'id',
        writeDisposition: 'merge',
        incremental: { at: cursor() },
        extract: ({ incremental: bound, state }) => {
          const wanted = daysFrom(bound.at);
          state['seen'] = { days: wanted, huge: HUGE, who: MARKUP };
          return wanted.flatMap((day) => ORDERS[day] ?? []);
        },
      }),
      resource({
        name: 'visits',
        writeDisposition: 'append',
        incremental: { at: cursor() },
        extract: ({ incremental: bound }) =>
          daysFrom(bound.at).flatMap((day) =>
            Array.from({ length: day === BUSY_DAY ? 150 : 2 }, (_, n) => ({
              n,
              at: at(day),
              pages: [{ url: '/' }, { url: '/?' }],
            })),
          ),
      }),
      resource({
        name: 'things',
        primaryKey: 'id',
        writeDisposition: 'append',
        columns: {
          bytes: { dataType: 'binary' },
          wei: { dataType: 'wei' },
          price: { dataType: 'decimal', precision: 20, scale: 9 },
          fields: { dataType: 'json' },
          day: { dataType: 'date' },
        },
        extract: () => [...(script.things ?? [])],
      }),
    ],
  })();
}

/** A pipeline `shop` that loads the market by days, into the dataset `shop_data`. */
export function marketConfig(
  folder: string,
  destination: Destination,
  script: Script = {},
): TidemarkConfig<Pipeline, Source> {
  return defineConfig({
    temporal: { taskQueue: 'market' },
    pipelines: [
      {
        pipeline: pipeline({
          name: 'shop',
          dataset: 'shop_data',
          destination,
          workDir: path.join(folder, 'work'),
        }),
        source: () => market(script),
        schedule: { cron: '@daily', startDate: '2024-01-01', endDate: '2024-01-06', catchup: true },
      },
    ],
  });
}

/** Loads resources of the market, for an interval or on from where they are. */
export async function load(
  client: TidemarkClient,
  resources: readonly string[],
  interval?: { readonly start: string; readonly end: string },
): Promise<void> {
  const { pipeline: into, sources } = client.config.pipelines[0]!;
  await into.run(sources()[0]!.withResources(...resources), interval === undefined ? {} : { interval });
}

let server: Promise<PostgresServer> | undefined;
let fake: Promise<BigQueryFake> | undefined;

afterAll(async () => {
  await (await server)?.close();
  await (await fake)?.close();
});

export const fileIn = (folder: string): string => path.join(folder, 'shop.duckdb');

/** Each destination, new and empty. */
export const destinations: readonly (readonly [string, (folder: string) => Promise<Destination>])[] = [
  ['duckdb', (folder) => Promise.resolve(duckdb({ path: fileIn(folder) }))],
  [
    'postgres',
    async () => {
      server ??= startPostgres();
      return inPostgres(await server);
    },
  ],
  [
    'bigquery',
    async () => {
      fake ??= startBigQuery();
      return inBigQuery(await fake);
    },
  ],
];
