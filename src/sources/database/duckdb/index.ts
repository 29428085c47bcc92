export { openDuckdb } from './open-duckdb';
