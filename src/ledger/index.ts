export { coverageOf, PAUSED, rangeOf } from './coverage';
export { ledgerRow } from './ledger-row';
export { COST_COLUMNS, LEDGER_COLUMNS, LEDGER_TABLE, ledgerRowOf, ledgerTable } from './table';
export type { Coverage, CoverageQuery, Gap, GapCause, LedgerFilter, LedgerRow, LedgerStatus } from './types';
