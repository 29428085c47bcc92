export { type Sqlite, sqlite } from './sqlite';
