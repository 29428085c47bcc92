export type { Entry, EntryConfig } from './entry';
