import { environmentProviders, isSecret, Secret } from '../../config';
import { checkInstalled } from '../../optional-package';
import { checkOptions, hidden, object, oneOf, text, wholeNumber } from '../../options';
import { type ConnectionConfig, type ConnectionSettings, SSL_MODES } from '../../postgres-client';
import { sqlDestination } from '../sql';
import type { Destination } from '../types';
import { postgresDriver } from './driver';
import { placeOf } from './errors';
import { settingsOf } from './settings';

/** Options of {@link postgres}: a connection string, or its parts, or neither where the config has them. */
export interface PostgresOptions {
  /** `postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=require`. @default `DESTINATION__POSTGRES__CREDENTIALS` of the config */
  readonly connectionString?: string | Secret;
  readonly host?: string;
  /** @default 5432 */
  readonly port?: number;
  /** @default that of the user's name */
  readonly database?: string;
  readonly user?: string;
  readonly password?: string | Secret;
  /** As libpq has it. @default 'prefer': encrypted if the server can, its certificate unchecked */
  readonly sslMode?: 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
  /** File with the certificate of the authority that signed the server's. */
  readonly sslRootCert?: string;
  /** Connections of one dataset that is open: each load has one while it commits. @default 4 */
  readonly maxConnections?: number;
  /** Seconds that a commit waits for others of the same dataset. @default 600 */
  readonly lockTimeout?: number;
  /**
   * Seconds that one statement of a commit or a query may take, the wait for other commits aside. @default what the server has set for
   * the user, mostly nothing
   */
  readonly statementTimeout?: number;
}

const secretText = hidden('a text or a secret', (value) => typeof value === 'string' || isSecret(value));

const checks = object<PostgresOptions>({
  connectionString: secretText,
  host: text,
  port: wholeNumber(1, 65_535),
  database: text,
  user: text,
  password: secretText,
  sslMode: oneOf(...SSL_MODES),
  sslRootCert: text,
  maxConnections: wholeNumber(1, 1000),
  lockTimeout: wholeNumber(1, 86_400),
  statementTimeout: wholeNumber(1, 86_400),
});

const MAX_CONNECTIONS = 4;
const LOCK_TIMEOUT_S = 600;
/** A client that is gone must not keep a dataset locked. */
const IDLE_TIMEOUT_MS = 120_000;

/**
 * A Postgres database as destination; the pipeline's dataset is a schema in it. Any number of workers on any number of hosts
 * may load into one dataset: commits of a dataset are done one after the other, each in one transaction.
 *
 * @throws CONFIG_INVALID for an option that doesn't exist or isn't valid, and where `pg` and its two companions aren't installed
 * @example pipeline({ name: 'zendesk', destination: postgres({ host: 'db.internal', user: 'loader', database: 'warehouse' }) })
 */
export function postgres(options: PostgresOptions = {}): Destination {
  checkOptions('postgres', options, checks);
  checkInstalled('Postgres');
  const given = connectionOf(options);
  const settings = (pipeline: string): ConnectionSettings =>
    settingsOf(given, pipeline, environmentProviders());
  return sqlDestination({
    kind: 'postgres',
    destinationType: 'dlt.destinations.postgres',
    describe: (pipeline) => placeOf(settings(pipeline)),
    open: async (ref) =>
      postgresDriver({
        settings: settings(ref.home ?? ref.pipeline),
        dataset: ref.dataset,
        limits: {
          lockTimeout: (options.lockTimeout ?? LOCK_TIMEOUT_S) * 1000,
          idleTimeout: IDLE_TIMEOUT_MS,
          statementTimeout:
            options.statementTimeout === undefined ? undefined : options.statementTimeout * 1000,
        },
        maxConnections: options.maxConnections ?? MAX_CONNECTIONS,
      }),
  });
}

function connectionOf(options: PostgresOptions): ConnectionConfig {
  const { connectionString, host, port, database, user, password, sslMode, sslRootCert } = options;
  return {
    url: secretOf('connectionString', connectionString),
    password: secretOf('password', password),
    host,
    port,
    database,
    user,
    sslMode,
    sslRootCert,
  };
}

const secretOf = (key: string, given: string | Secret | undefined): Secret | undefined =>
  typeof given === 'string' ? new Secret(given, { key }) : given;
