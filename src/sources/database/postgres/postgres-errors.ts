import { redact } from '../../../config';
import { isTidemarkError, TidemarkError } from '../../../errors';
import type { ConnectionSettings } from '../../../postgres-client';

interface PostgresFailure {
  readonly message: string;
  /** An SQLSTATE of five letters, or a code of the system such as ECONNREFUSED. */
  readonly code?: string;
  readonly hint?: string;
  readonly position?: string;
}

export type Place = Pick<ConnectionSettings, 'host' | 'port' | 'database' | 'user'>;

const placeOf = ({ host, port, database }: Place): string => `"${database}" at "${host}:${port}"`;

/** SQLSTATE classes and codes after which the same statement may succeed: connection, resources, shutdown, serialization. */
const PASSING = /^(08|53|57P|40|55P03|57014|58)/;

/** What the driver and Node say of certificates, and of servers without encryption. */
const OF_ENCRYPTION = /CERT|SELF_SIGNED|UNABLE_TO_|does not support SSL|certificate/;

/** A failure of the driver or the server as one of ours. */
export function postgresFailure(error: unknown, place: Place, doing: string): unknown {
  if (isTidemarkError(error)) return error;
  const { message, code = '', hint } = error as PostgresFailure;
  const said = redact(`${message}${hint === undefined ? '' : ` (${hint})`}`);
  const at = placeOf(place);
  const make = (
    as: 'SOURCE_UNAUTHORIZED' | 'SOURCE_NOT_FOUND' | 'SOURCE_REFUSED' | 'SOURCE_UNREACHABLE',
    text: string,
  ): TidemarkError =>
    new TidemarkError(as, text, {
      cause: error,
      details: { host: place.host, database: place.database, code },
    });

  if (code === '28P01' || code === '28000')
    return make(
      'SOURCE_UNAUTHORIZED',
      `Postgres refused the user "${place.user}" for the database ${at}: ${said}. Check "connection.user" and "connection.password" (or "connection.url"), and "connection.sslMode" where the server asks for encryption.`,
    );
  if (/password must be a string|no password/i.test(message))
    return make(
      'SOURCE_UNAUTHORIZED',
      `Postgres ${at} asks for a password, and there is none. Set "connection.password", or put it into "connection.url".`,
    );
  if (OF_ENCRYPTION.test(`${code} ${message}`))
    return make(
      'SOURCE_REFUSED',
      `No encrypted connection to Postgres ${at}: ${said}. Check "connection.sslMode", and "connection.sslRootCert" for a certificate that no public authority signed.`,
    );
  if (code === '3D000')
    return make('SOURCE_NOT_FOUND', `There is no database ${at}: ${said}. Check "connection.database".`);
  if (code === '42501')
    return make(
      'SOURCE_REFUSED',
      `Postgres ${at} refused ${doing}: ${said}. Grant the user "${place.user}" USAGE on the schema and SELECT on the table.`,
    );
  if (code.length === 5 && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code))
    return PASSING.test(code)
      ? make('SOURCE_UNREACHABLE', `Postgres ${at} failed ${doing}: ${said} (SQLSTATE ${code}).`)
      : make('SOURCE_REFUSED', `Postgres ${at} refused ${doing}: ${said} (SQLSTATE ${code}).`);
  return make(
    'SOURCE_UNREACHABLE',
    `No connection to Postgres ${at}${code === '' ? '' : ` (${code})`}: ${said}. Check "connection.host" and "connection.port", and that the server lets this machine in.`,
  );
}
