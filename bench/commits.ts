// What loads into one dataset of a Postgres cost and how many of them it bears: the constants of a capacity model.
// `npm run bench -- commits`. CPU time first: wall time depends on what else the machine does.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type DatabaseServer, databaseServer } from './database-server';
import { median } from './results';
import { DATASET, type SmallLoads, type SmallLoadsReport } from './task';

type Case = Pick<SmallLoads, 'workers' | 'rows' | 'loads' | 'what'>;

const CASES: readonly Case[] = [
  { what: 'claim', workers: 1, rows: 0, loads: 200 },
  ...[1, 2, 4].map((workers) => ({ what: 'load' as const, workers, rows: 1, loads: 200 / workers })),
  ...[1, 2, 4].map((workers) => ({ what: 'load' as const, workers, rows: 1000, loads: 200 / workers })),
];

const HEAD = [
  ...['what', 'processes', 'rows', 'a second', 'lock held, ms', 'least', '95 %', 'round trips in it'],
  ...['client CPU ms', 'server CPU ms', 'connections of a process', 'made'],
  ...['bytes', 'WAL bytes'],
];

/** Prints a table of what loads and claims cost each, by how many processes make them and how large they are. */
export async function printCommits(): Promise<void> {
  const server = await databaseServer();
  const folder = mkdtempSync(path.join(tmpdir(), 'tidemark-commits-'));
  const line = (cells: readonly (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`);
  try {
    line(HEAD);
    line(HEAD.map(() => '--:'));
    for (const one of CASES) line(await measured(server, folder, one));
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measured(
  server: DatabaseServer,
  folder: string,
  one: Case,
): Promise<readonly (string | number)[]> {
  await server.fresh();
  const children = Array.from({ length: one.workers }, (_, worker) =>
    started({ ...one, worker, postgres: server.url, folder }),
  );
  await Promise.all(children.map(({ ready }) => ready));
  const before = await stateOf(server);
  const begun = performance.now();
  for (const { child } of children) child.stdin.end('go\n');
  const reports = await Promise.all(children.map(({ report }) => report));
  const seconds = (performance.now() - begun) / 1000;
  const after = await stateOf(server);
  const loads = one.loads * one.workers;
  const held = reports.flatMap(({ heldMs }) => heldMs);
  const sum = (of: (report: SmallLoadsReport) => number): number =>
    reports.reduce((all, report) => all + of(report), 0);
  const cpu = after.cpu === undefined || before.cpu === undefined ? undefined : after.cpu - before.cpu;
  return [
    ...[one.what, one.workers, one.rows],
    (loads / seconds).toFixed(1),
    median(held).toFixed(1),
    Math.min(...held).toFixed(1),
    [...held].sort((a, b) => a - b)[Math.floor(held.length * 0.95)]!.toFixed(1),
    median(reports.flatMap(({ roundTrips }) => roundTrips)),
    ((sum(({ cpuSeconds }) => cpuSeconds) / loads) * 1000).toFixed(1),
    cpu === undefined ? '' : ((cpu / loads) * 1000).toFixed(1),
    Math.max(...reports.map(({ connections }) => connections)),
    (sum(({ connected }) => connected) / loads).toFixed(1),
    ((after.bytes - before.bytes) / loads).toFixed(0),
    ((after.wal - before.wal) / loads).toFixed(0),
  ];
}

interface State {
  readonly cpu: number | undefined;
  readonly bytes: number;
  readonly wal: number;
}

async function stateOf(server: DatabaseServer): Promise<State> {
  return {
    bytes: await server.ask(
      `SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = '${DATASET}'::regnamespace`,
    ),
    wal: await server.ask("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')"),
    cpu: server.cpuSeconds(),
  };
}

interface Started {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly ready: Promise<unknown>;
  readonly report: Promise<SmallLoadsReport>;
}

function started(task: SmallLoads): Started {
  const program = path.join(__dirname, 'contenders', 'small-loads.js');
  const child = spawn(process.execPath, [program, JSON.stringify(task)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout);
  const ready = once(lines, 'line');
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`A process of small loads ended with ${code}.`);
  });
  const report = ready
    .then(() => once(lines, 'line'))
    .then(([text]) => JSON.parse(text as string) as SmallLoadsReport);
  ended.catch(() => undefined);
  return { child, ready: Promise.race([ready, ended]), report: Promise.race([report, ended]) };
}
