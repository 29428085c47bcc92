export { connectionSettings, SSL_MODES } from './connection-settings';
export { openPostgres } from './open-postgres';
