export * from './check-script';
export { installGoogleSql } from './install';
export { startService } from './service';
export type { Column } from './types';
