export type { Answer, Faults, Hold, JobFilter, RequestKind } from './faults';
export type { JobRecord } from './job';
export type { SeenRequest } from './server';
export { type BigQueryFake, type BigQueryOptions, startBigQuery } from './start';
