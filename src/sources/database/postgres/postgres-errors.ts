import { isTidemarkError, TidemarkError } from '../../../errors';
import { type ConnectionSettings, postgresFailure } from '../../../postgres-client';

type Place = Pick<ConnectionSettings, 'host' | 'port' | 'database' | 'user'>;

const placeOf = ({ host, port, database }: Place): string => `"${database}" at "${host}:${port}"`;

/** A failure of the driver or the server as one of ours. */
export function sourceError(error: unknown, place: Place, doing: string): unknown {
  if (isTidemarkError(error)) return error;
  const { kind, code, said } = postgresFailure(error);
  const at = placeOf(place);
  const make = (
    as: 'SOURCE_UNAUTHORIZED' | 'SOURCE_NOT_FOUND' | 'SOURCE_REFUSED' | 'SOURCE_UNREACHABLE',
    text: string,
  ): TidemarkError =>
    new TidemarkError(as, text, {
      cause: error,
      details: { host: place.host, database: place.database, code },
    });
  switch (kind) {
    case 'login':
      return make(
        'SOURCE_UNAUTHORIZED',
        `Postgres refused the user "${place.user}" for the database ${at}: ${said}. Check "connection.user" and "connection.password" (or "connection.url"), and "connection.sslMode" where the server asks for encryption.`,
      );
    case 'password':
      return make(
        'SOURCE_UNAUTHORIZED',
        `Postgres ${at} asks for a password, and there is none. Set "connection.password", or put it into "connection.url".`,
      );
    case 'encryption':
      return make(
        'SOURCE_REFUSED',
        `No encrypted connection to Postgres ${at}: ${said}. Check "connection.sslMode", and "connection.sslRootCert" for a certificate that no public authority signed.`,
      );
    case 'database':
      return make('SOURCE_NOT_FOUND', `There is no database ${at}: ${said}. Check "connection.database".`);
    case 'rights':
      return make(
        'SOURCE_REFUSED',
        `Postgres ${at} refused ${doing}: ${said}. Grant the user "${place.user}" USAGE on the schema and SELECT on the table.`,
      );
    case 'passing':
      return make('SOURCE_UNREACHABLE', `Postgres ${at} failed ${doing}: ${said} (SQLSTATE ${code}).`);
    case 'refused':
      return make('SOURCE_REFUSED', `Postgres ${at} refused ${doing}: ${said} (SQLSTATE ${code}).`);
    case 'unreachable':
      return make(
        'SOURCE_UNREACHABLE',
        `No connection to Postgres ${at}${code === '' ? '' : ` (${code})`}: ${said}. Check "connection.host" and "connection.port", and that the server lets this machine in.`,
      );
  }
}
