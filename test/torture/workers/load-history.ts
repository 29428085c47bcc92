import { setTimeout as delay } from 'node:timers/promises';
import { awaitBackfill, awaitRun, startBackfill, startRun } from '../../../src/temporal';
import { startZendeskEmulator, type ZendeskEmulator } from '../../emulators/zendesk';
import type { PostgresServer } from '../../postgres/server';
import { type KillableServer, startKillableServer } from '../../temporal/killable-server';
import { DATASET, EXPORTS, workersConfig } from './config';
import { type Contents, contentsOf } from './contents';
import { startWorkers, type WorkerProcesses } from './worker-processes';

const DAY = 86_400_000;
const START = Date.UTC(2023, 0, 1);
/** Tickets of the history that change on each live day. */
const CHANGES = 5;
const iso = (ms: number): string => new Date(ms).toISOString();

/** A deployment at work, as what disturbs it sees it. */
export interface Deployment {
  readonly temporal: KillableServer;
  readonly postgres: PostgresServer;
  readonly database: string;
  readonly workers: WorkerProcesses;
  /** Resolves when the source was asked this part of what it is asked in all. */
  asked(part: number): Promise<void>;
  /** Ended when all is loaded. */
  readonly loaded: AbortSignal;
}

interface Options {
  readonly postgres: PostgresServer;
  /** A new one. */
  readonly database: string;
  readonly days: number;
  readonly liveDays: number;
  readonly workers: number;
  /** Ticket events of a day: of thousands, each load is sent before the lock of the dataset is taken. @default 200 */
  readonly perDay?: number | undefined;
  readonly disturb?: ((deployment: Deployment) => Promise<void>) | undefined;
}

/** What was loaded, and what should have been. */
export interface Loaded {
  readonly seconds: number;
  /** The backfill's and the live runs' ends, and the workers' exit codes. */
  readonly ends: {
    readonly backfill: Awaited<ReturnType<typeof awaitBackfill>>;
    readonly live: readonly Awaited<ReturnType<typeof awaitRun>>[];
    readonly workers: readonly (number | null)[];
  };
  readonly contents: Contents;
  /** By the source. */
  readonly expectedRows: Readonly<Record<string, number>>;
  readonly requests: number;
}

/**
 * Loads so many days of the three exports by a backfill, while a live pipeline loads a day after the other into the same
 * tables; on each of them some tickets change that the history may be loading right now.
 */
export async function loadHistory(options: Options): Promise<Loaded> {
  const { postgres, database, days, liveDays, perDay, disturb } = options;
  const end = START + days * DAY;
  const range = { from: iso(START), to: iso(end) };
  await postgres.sql(`CREATE DATABASE ${database}`);
  const url = new URL(postgres.url);
  url.pathname = database;
  const credentials = { DESTINATION__POSTGRES__CREDENTIALS: `${url.href}?sslmode=disable` };
  const api = await startZendeskEmulator({
    to: iso(end + (liveDays + 1) * DAY),
    now: iso(end),
    perDay: { ticket_events: perDay },
    faults: { latencyMs: 20 },
  });
  const temporal = await startKillableServer();
  const settings = {
    address: temporal.address,
    api: { url: api.url, credentials: api.credentials },
    start: range.from,
    end: range.to,
  };
  const workers = await startWorkers(options.workers, settings, credentials);
  const loaded = new AbortController();
  const requests = EXPORTS.length * (days + liveDays);
  const asked = async (part: number): Promise<void> => {
    while (api.log.length < part * requests && !loaded.signal.aborted) await delay(20);
  };
  try {
    const { client } = temporal.access;
    const config = workersConfig({ ...settings, folder: 'none' });
    const began = performance.now();
    const { workflowId } = await startBackfill(
      { client, config },
      { pipeline: 'history', ...range, parallel: 2 * options.workers },
    );
    const disturbed = disturb?.({ temporal, postgres, database, workers, asked, loaded: loaded.signal });
    const live: Loaded['ends']['live'][number][] = [];
    const loadLive = async (): Promise<void> => {
      for (let day = 1; day <= liveDays; day += 1) {
        await asked(day / (liveDays + 1));
        changeTickets(api, { day, days, at: end + (day - 0.5) * DAY });
        api.setNow(iso(end + day * DAY));
        const run = await startRun({ client, config }, { pipeline: 'live' });
        live.push(await awaitRun({ client, ...run }));
      }
    };
    const [backfill] = await Promise.all([awaitBackfill({ client, workflowId }), loadLive()]);
    const seconds = (performance.now() - began) / 1000;
    loaded.abort();
    await disturbed;
    return {
      seconds,
      ends: { backfill, live, workers: await workers.stop() },
      contents: await contentsOf(url.href, DATASET),
      expectedRows: api.expectedCounts({ from: range.from, to: iso(end + liveDays * DAY) }),
      requests: api.log.length,
    };
  } finally {
    loaded.abort();
    workers.remove();
    await temporal.close();
    await api.close();
  }
}

/** Spread over the history, those that are loaded now among them. */
function changeTickets(
  api: ZendeskEmulator,
  { day, days, at }: { readonly day: number; readonly days: number; readonly at: number },
): void {
  const tickets = days * 20;
  for (let change = 0; change < CHANGES; change += 1) {
    const id = 1 + Math.floor((tickets * (change + day / 7)) / (CHANGES + 1));
    api.changeTicket(id, { at: iso(at), values: { subject: `changed on live day ${day}` } });
  }
}

/** Rows of each table; those of a table whose row ids aren't all different count as none. */
export const rowsOf = ({ contents }: Loaded): Record<string, number> =>
  Object.fromEntries(
    Object.entries(contents.tables).map(([name, { rows, ids }]) => [name, rows === ids ? Number(rows) : 0]),
  );
