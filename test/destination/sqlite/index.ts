export { connectTo, type SqliteDataset } from '../../../examples/destination/driver';
export { newDataset, type Sqlite, sqlite } from '../../../examples/destination/sqlite';
