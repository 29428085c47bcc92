export { allRows, type RowObject, streamRows } from './stream-rows';
