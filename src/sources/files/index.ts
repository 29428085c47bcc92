export { files, filesSource } from './files';
export type { TableInput as FileTableInput } from './table-config';
