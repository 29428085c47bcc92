import { LEDGER_TABLE } from '../../ledger';
import { LOADS_TABLE, STATE_TABLE } from '../../schema';

/** An index by which records of loads are found, and what it is made of, after `CREATE INDEX name ON table`. */
interface RecordIndex {
  readonly name: string;
  readonly table: string;
  readonly on: string;
}

/**
 * A range of two columns that may be null, as an index has it. Reversed bounds, which a clock that jumped may leave, would be an
 * error; without a start the range would have no bound.
 */
const rangeOf = (start: string, end: string): string =>
  `(CASE WHEN ${start} IS NOT NULL THEN tstzrange(${start}, GREATEST(${start}, ${end}), '[]') END)`;

/**
 * Served by the indexes of {@link RECORD_INDEXES} that have the same expression. They have no condition: before the server has
 * counted rows it would take one for a sign of few.
 */
export const touching = (start: string, end: string): string =>
  `${rangeOf(start, end)} && tstzrange(CAST(? AS timestamptz), CAST(? AS timestamptz), '[]')`;

const ofRange = (what: string): string => `USING gist (${rangeOf(`${what}_start`, `${what}_end`)})`;

/**
 * What commits, and loads that look for what others have loaded, ask for. Without them each commit would read the whole
 * ledger and the whole list of loads: 0.7 s after a million loads, half of it with the dataset locked.
 */
export const RECORD_INDEXES: readonly RecordIndex[] = [
  { name: '_tidemark_intervals_load_key', table: LEDGER_TABLE, on: '(load_key)' },
  { name: '_tidemark_intervals_load_id', table: LEDGER_TABLE, on: '(load_id)' },
  { name: '_tidemark_intervals_resource', table: LEDGER_TABLE, on: '(source, resource, generation)' },
  { name: '_tidemark_intervals_interval', table: LEDGER_TABLE, on: ofRange('interval') },
  { name: '_tidemark_intervals_cursor', table: LEDGER_TABLE, on: ofRange('cursor') },
  { name: '_tidemark_loads_load_id', table: LOADS_TABLE, on: '(load_id)' },
  { name: '_tidemark_state_load_id', table: STATE_TABLE, on: '(_dlt_load_id)' },
  { name: '_tidemark_state_pipeline', table: STATE_TABLE, on: '(pipeline_name, _dlt_load_id)' },
];
