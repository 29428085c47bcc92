import { isTidemarkError, TidemarkError } from '../../errors';
import { type ConnectionSettings, postgresFailure } from '../../postgres-client';

type Place = Pick<ConnectionSettings, 'host' | 'port' | 'database' | 'user'>;

/** Where a database is, for people. Has no secret. */
export const placeOf = ({ host, port, database }: Place): string =>
  `postgresql://${host}:${port}/${database}`;

/** What is done when a commit waits for the others of its dataset. */
export const TO_LOCK = 'to lock the dataset';
export const TO_BEGIN = 'to begin a transaction';

const NOT_NULL = '23502';
const LOCK_NOT_HAD = '55P03';
const CANCELED = '57014';
const READ_ONLY = '25006';

/** Whether the connection broke, or the server ended it; it says so in a statement's error where there is one. */
export function isLost(error: unknown): boolean {
  const { kind, code } = postgresFailure(error);
  return kind === 'unreachable' || /^(08|57P)/.test(code);
}

/** What is being done while there is no connection yet. */
export const CONNECTING = 'to connect';

/** A failure of the driver or the server as one of ours, told what was being done. */
export function postgresError(error: unknown, place: Place, doing: string): unknown {
  if (isTidemarkError(error)) return error;
  const { kind, code, said, table, column } = postgresFailure(error);
  const at = `"${placeOf(place)}"`;
  const make = (as: 'DESTINATION_REFUSED' | 'DESTINATION_FAILED', text: string): TidemarkError =>
    new TidemarkError(as, text, {
      cause: error,
      details: { host: place.host, database: place.database, code },
    });
  if (code === NOT_NULL && column !== undefined)
    return new TidemarkError(
      'NULL_IN_NOT_NULL',
      `A row of table "${table}" has no value in column "${column}", which is required. Give every row a value, or declare the column as \`nullable: true\`.`,
      { cause: error, details: { table, column } },
    );
  if (code === LOCK_NOT_HAD)
    return make(
      'DESTINATION_FAILED',
      doing === TO_LOCK || doing === TO_BEGIN
        ? `The dataset in ${at} was held by another commit for longer than "lockTimeout" allows, or than a second where the end of a cancelled load is recorded.`
        : `Postgres at ${at} failed ${doing}: another session used the table for longer than "lockTimeout" allows, such as a long query, an open result or a dump. The load is tried again.`,
    );
  if (code === CANCELED && /statement timeout/.test(said))
    return make(
      'DESTINATION_FAILED',
      `Postgres at ${at} failed ${doing}: the statement took longer than its statement_timeout allows. Set "statementTimeout" higher, or load less at a time.`,
    );
  if (code === READ_ONLY)
    return make(
      'DESTINATION_FAILED',
      `Postgres at ${at} refused ${doing}: ${said}. It is a replica, or was the primary before a failover: give the address of the primary.`,
    );
  // what pgbouncer says where it gives every statement another connection
  if (/statement pooling mode/.test(said))
    return make(
      'DESTINATION_REFUSED',
      `The pooler at ${at} takes no transactions: ${said}. Set pgbouncer's "pool_mode" to transaction or session.`,
    );
  switch (kind) {
    case 'login':
      return make(
        'DESTINATION_REFUSED',
        `Postgres at ${at} refused the user "${place.user}": ${said}. Check user and password, and "sslMode" where the server asks for encryption.`,
      );
    case 'password':
      return make(
        'DESTINATION_REFUSED',
        `Postgres at ${at} asks for a password, and there is none. Set "password".`,
      );
    case 'database':
      return make(
        'DESTINATION_REFUSED',
        `There is no database ${at}: ${said}. Create it, or check "database": tidemark makes schemas and tables, but no databases.`,
      );
    case 'rights':
      return make(
        'DESTINATION_REFUSED',
        `Postgres at ${at} refused ${doing}: ${said}. Grant the user "${place.user}" CREATE and TEMPORARY on the database, and the rights of an owner on the dataset's tables.`,
      );
    case 'passing':
      return make('DESTINATION_FAILED', `Postgres at ${at} failed ${doing}: ${said} (SQLSTATE ${code}).`);
    case 'refused':
      return make('DESTINATION_REFUSED', `Postgres at ${at} refused ${doing}: ${said} (SQLSTATE ${code}).`);
    case 'encryption':
      return make(
        'DESTINATION_REFUSED',
        `No encrypted connection to Postgres at ${at}: ${said}. Check "sslMode", and "sslRootCert" for a certificate that no public authority signed.`,
      );
    case 'unreachable':
      if (doing !== CONNECTING)
        return make(
          'DESTINATION_FAILED',
          `Postgres at ${at} failed ${doing}: the connection was lost (${said}).`,
        );
      return make(
        'DESTINATION_FAILED',
        `No connection to Postgres at ${at}${code === '' ? '' : ` (${code})`}: ${said}. Check "host" and "port", and that the server lets this machine in.`,
      );
  }
}

/**
 * SQLSTATE classes and codes of a lost connection, a serialization failure, a deadlock, a server that starts or is full, or was the
 * primary: another connection may lead to the new one.
 */
const INTERRUPTED = /^(08|25006|25P03|40|53300|57P)/;

/** Whether a transaction that failed so may be done again at once: nothing of it is left, or its answer was lost. */
export function isInterrupted(error: unknown): boolean {
  if (!isTidemarkError(error) || error.code !== 'DESTINATION_FAILED') return false;
  const { kind, code } = postgresFailure(error.cause);
  return kind === 'unreachable' || INTERRUPTED.test(code);
}

/** A failure of a user's SQL. */
export function queryError(error: unknown): TidemarkError {
  if (isTidemarkError(error)) return error;
  return new TidemarkError('QUERY_FAILED', `The query failed: ${postgresFailure(error).said}`, {
    cause: error,
  });
}
