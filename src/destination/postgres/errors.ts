import { redact } from '../../config';
import { isTidemarkError, TidemarkError } from '../../errors';
import type { ConnectionSettings } from '../../postgres-client';

interface PostgresFailure {
  readonly message: string;
  /** An SQLSTATE of five letters, or a code of the system such as ECONNREFUSED. */
  readonly code?: string;
  readonly hint?: string;
  readonly table?: string;
  readonly column?: string;
}

type Place = Pick<ConnectionSettings, 'host' | 'port' | 'database' | 'user'>;

/** Where a database is, for people. Has no secret. */
export const placeOf = ({ host, port, database }: Place): string =>
  `postgresql://${host}:${port}/${database}`;

const isState = (code: string): boolean => /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code);

/** What the same statement doesn't meet again: connection, resources, operator, locks, serialization, deadlock. */
const PASSING = /^(08|40|53|55P03|57|58)/;

/** What undid a transaction without it being the transaction's fault: it may be done again from its beginning. */
const UNDONE = /^(08|40001|40P01|57P0[123]|25P03)/;

/** Whether work that failed may be done again at once: nothing of it is stored, unless its commit was under way. */
export function maybeAgain(error: unknown): boolean {
  const { code = '', message } = (error ?? {}) as PostgresFailure;
  return isState(code) ? UNDONE.test(code) : isLost(code, message);
}

const isLost = (code: string, message = ''): boolean =>
  /^(ECONNRESET|EPIPE|ETIMEDOUT)$/.test(code) || /^Connection (terminated|ended)|not queryable/.test(message);

/** A failure of the driver or the server as one of ours, told what was being done. */
export function postgresError(error: unknown, place: Place, doing: string): unknown {
  if (isTidemarkError(error)) return error;
  const { message, code = '', hint, table, column } = error as PostgresFailure;
  const said = redact(`${message}${hint === undefined ? '' : ` (${hint})`}`);
  const at = `"${placeOf(place)}"`;
  const make = (as: 'DESTINATION_REFUSED' | 'DESTINATION_FAILED', text: string): TidemarkError =>
    new TidemarkError(as, text, {
      cause: error,
      details: { host: place.host, database: place.database, code },
    });
  if (code === '23502' && column !== undefined)
    return new TidemarkError(
      'NULL_IN_NOT_NULL',
      `A row of table "${table}" has no value in column "${column}", which is required. Give every row a value, or declare the column as \`nullable: true\`.`,
      { cause: error, details: { table, column } },
    );
  if (code === '28P01' || code === '28000')
    return make(
      'DESTINATION_REFUSED',
      `Postgres at ${at} refused the user "${place.user}": ${said}. Check user and password, and "sslMode" where the server asks for encryption.`,
    );
  if (/password must be a string|no password/i.test(message))
    return make(
      'DESTINATION_REFUSED',
      `Postgres at ${at} asks for a password, and there is none. Set "password".`,
    );
  if (code === '3D000')
    return make(
      'DESTINATION_REFUSED',
      `There is no database ${at}: ${said}. Create it, or check "database": tidemark makes schemas and tables, but no databases.`,
    );
  if (code === '42501')
    return make(
      'DESTINATION_REFUSED',
      `Postgres at ${at} refused ${doing}: ${said}. Grant the user "${place.user}" CREATE on the database, and the rights of an owner on the dataset's tables.`,
    );
  if (code === '55P03')
    return make(
      'DESTINATION_FAILED',
      `The dataset in ${at} was held by another commit for longer than "lockTimeout" allows; the load is tried again.`,
    );
  if (isState(code))
    return PASSING.test(code)
      ? make('DESTINATION_FAILED', `Postgres at ${at} failed ${doing}: ${said} (SQLSTATE ${code}).`)
      : make('DESTINATION_REFUSED', `Postgres at ${at} refused ${doing}: ${said} (SQLSTATE ${code}).`);
  if (/CERT|SELF_SIGNED|UNABLE_TO_|does not support SSL|certificate/.test(`${code} ${message}`))
    return make(
      'DESTINATION_REFUSED',
      `No encrypted connection to Postgres at ${at}: ${said}. Check "sslMode", and "sslRootCert" for a certificate that no public authority signed.`,
    );
  return make(
    'DESTINATION_FAILED',
    `No connection to Postgres at ${at}${code === '' ? '' : ` (${code})`}: ${said}. Check "host" and "port", and that the server lets this machine in.`,
  );
}

/** A failure of a user's SQL. */
export function queryError(error: unknown): TidemarkError {
  if (isTidemarkError(error)) return error;
  const { message } = error as PostgresFailure;
  return new TidemarkError('QUERY_FAILED', `The query failed: ${redact(message)}`, { cause: error });
}
