export { openPostgres } from './open-postgres';
