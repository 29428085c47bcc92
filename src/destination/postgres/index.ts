export { type PostgresOptions, postgres } from './postgres-destination';
