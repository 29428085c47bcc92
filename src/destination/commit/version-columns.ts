import { ROW_ID, type TableSchema } from '../../schema';

/** Columns of a table that keeps versions, by dlt's hints. */
export interface VersionColumns {
  readonly from: string;
  readonly to: string;
  /** Identity of a version: equal content, equal value. */
  readonly version: string;
  /** What `to` holds in an active row; null: nothing. */
  readonly active: string | null;
}

export function versionColumns(table: TableSchema): VersionColumns {
  const hinted = (hint: `x-${string}`): string | undefined =>
    Object.values(table.columns).find((column) => column[hint] === true)?.name;
  const active = table['x-active-record-timestamp'];
  return {
    from: hinted('x-valid-from') ?? '_dlt_valid_from',
    to: hinted('x-valid-to') ?? '_dlt_valid_to',
    version: hinted('x-row-version') ?? ROW_ID,
    active: typeof active === 'string' ? active : null,
  };
}
