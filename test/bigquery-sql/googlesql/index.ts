export * from './check-script';
export { type LocalService, startService } from './service';
export type { Column } from './types';
