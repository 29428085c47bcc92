import { TidemarkError } from '../../errors';

/** The most characters of a name: dlt takes for tables, too, what BigQuery takes for columns. */
export const MAX_NAME = 300;

/** What BigQuery keeps for itself, in whatever case. */
const RESERVED = [
  '_table_',
  '_file_',
  '_partition',
  '_row_timestamp',
  '__root__',
  '_colidentifier',
  '_change_sequence_number',
  '_change_type',
  '_change_timestamp',
];

/** @throws TidemarkError IDENTIFIER_INVALID for a column that BigQuery would refuse */
export function refuseReserved(column: string): void {
  const prefix = RESERVED.find((one) => column.toLowerCase().startsWith(one));
  if (prefix === undefined) return;
  throw new TidemarkError(
    'IDENTIFIER_INVALID',
    `Column "${column}" can't be made in BigQuery, which keeps names that begin with "${prefix}" for itself; nothing was written. Rename the field in the source, as by a map of the resource.`,
    { details: { column } },
  );
}
