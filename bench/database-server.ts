import { readdirSync, readFileSync } from 'node:fs';
import { Client } from 'pg';
import { type PostgresServer, startPostgres } from '../test/postgres/server';

/** A database server that contenders load to: one database, anew for each run. */
export interface DatabaseServer {
  readonly url: string;
  readonly version: string;
  /** Makes the database empty, or a copy of what was kept under a name. */
  fresh(kept?: string): Promise<void>;
  /** Keeps the database under a name. */
  keep(name: string): Promise<void>;
  /** A number that a query gives. */
  ask(sql: string): Promise<number>;
  /** User and system seconds of the server and of all its processes so far; undefined where the system doesn't tell. */
  cpuSeconds(): number | undefined;
  close(): Promise<void>;
}

const DATABASE = 'bench';
const USER = 'bench';
const CLOCK_TICKS = 100;

/** Starts a Postgres on this machine, as the tests of the destination do: in a folder of its own, without fsync. */
export async function databaseServer(): Promise<DatabaseServer> {
  const server = await startPostgres();
  const [about] = await server.sql(
    "SELECT pg_backend_pid() AS pid, current_setting('server_version') AS version",
  );
  const { pid, version } = about as { readonly pid: number; readonly version: string };
  const postmaster = process.platform === 'linux' ? Number(statOf(pid)[PARENT]) : undefined;
  // some drivers take no password that has to be quoted
  await server.sql(`CREATE ROLE ${USER} SUPERUSER LOGIN PASSWORD '${USER}'`);
  return {
    version,
    url: `postgresql://${USER}:${USER}@${server.host}:${server.port}/${DATABASE}`,
    async fresh(kept) {
      await server.sql(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`);
      await server.sql(`CREATE DATABASE ${DATABASE}${kept === undefined ? '' : ` TEMPLATE ${nameOf(kept)}`}`);
      // so that no run pays for writing what the one before has left in memory
      await server.sql('CHECKPOINT');
    },
    async keep(name) {
      await server.sql(`DROP DATABASE IF EXISTS ${nameOf(name)} WITH (FORCE)`);
      await server.sql(`CREATE DATABASE ${nameOf(name)} TEMPLATE ${DATABASE}`);
    },
    ask: (sql) => ask(server, sql),
    cpuSeconds: () => (postmaster === undefined ? undefined : cpuOfTree(postmaster)),
    close: () => server.close(),
  };
}

const nameOf = (kept: string): string => `"kept_${kept}"`;

async function ask({ host, port, user, password }: PostgresServer, sql: string): Promise<number> {
  const client = new Client({ host, port, user, password, database: DATABASE });
  await client.connect();
  try {
    return Number(Object.values((await client.query(sql)).rows[0] as object)[0]);
  } finally {
    await client.end();
  }
}

const PARENT = 1;
const TIMES = 11;

/** What the kernel tells of a process, from its state on. */
function statOf(pid: number | string): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

const secondsOf = (stat: readonly string[], fields: number): number =>
  stat.slice(TIMES, TIMES + fields).reduce((sum, ticks) => sum + Number(ticks), 0) / CLOCK_TICKS;

/** Time of a process and of its children, of those that ended and of those that run. */
function cpuOfTree(parent: number): number {
  let seconds = secondsOf(statOf(parent), 4);
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = statOf(pid);
      if (Number(stat[PARENT]) === parent) seconds += secondsOf(stat, 2);
    } catch {
      // it has ended meanwhile
    }
  }
  return seconds;
}
