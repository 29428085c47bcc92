export { allRows, type RowObject, type RowQuery, streamRows } from './stream-rows';
