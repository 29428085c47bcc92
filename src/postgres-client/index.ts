export { connectToPostgres } from './connect';
export {
  type ConnectionConfig,
  type ConnectionSettings,
  connectionSettings,
  type SettingNames,
  SSL_MODES,
  type SslMode,
} from './connection-settings';
export { type PostgresFailure, postgresFailure } from './failure';
export { OID } from './oids';
export { unlessLost, watchConnection } from './unless-lost';
export { type ArrayTypes, valueParsers } from './value-parsers';
