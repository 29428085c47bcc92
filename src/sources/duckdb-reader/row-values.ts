import type { DuckDBType } from '@duckdb/node-api';
import { readValue } from '../../duckdb-values';
import { parseJsonExactly } from '../../http';

/** What makes the values of rows of those of a column: JSON is parsed, everything else as {@link readValue} has it. */
export const valueReader = (type: DuckDBType): ((value: unknown) => unknown) =>
  type.alias === 'JSON' ? jsonValue : readValue;

const jsonValue = (value: unknown): unknown =>
  typeof value === 'string' ? parseJsonExactly(value) : readValue(value);
