import type { DatasetRef, Destination } from '../types';
import { sqlDataset } from './dataset';
import type { SqlDriver } from './driver';

/** Options of {@link sqlDestination}. */
export interface SqlDestinationOptions {
  /** A short name: `duckdb`. */
  readonly kind: string;
  /** dlt's name of it, stored in the state: `dlt.destinations.duckdb`. */
  readonly destinationType: string;
  /** Whether it lies on the disk of one host. @default false */
  readonly onOneHost?: boolean | undefined;
  /** Whether each reading is billed. @default false */
  readonly billsReading?: boolean | undefined;
  /** Where a pipeline is stored, for people. Opens nothing. */
  readonly describe: (pipeline: string) => string;
  /** The driver of one dataset. Makes nothing. */
  readonly open: (ref: DatasetRef) => Promise<SqlDriver>;
}

/** A destination over a driver: it plans and executes commits, and keeps state, ledger and claims in tables of the dataset. */
export function sqlDestination({
  kind,
  destinationType,
  onOneHost,
  billsReading,
  describe,
  open,
}: SqlDestinationOptions): Destination {
  return {
    kind,
    destinationType,
    onOneHost,
    billsReading,
    describe,
    open: async (ref) => sqlDataset(await open(ref), ref, destinationType),
  };
}
