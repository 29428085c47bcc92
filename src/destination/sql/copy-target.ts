import type { BulkWork, SqlConnection } from './driver';
import type { Work } from './work';

/** The dataset that a copy is written to. */
export interface CopyTarget {
  readonly dataset: string;
  readonly location: string;
  readonly kind: { readonly destinationType: string };
  exists(): Promise<boolean>;
  read<T>(work: (within: Work, connection: SqlConnection) => Promise<T>): Promise<T>;
  write<T>(work: (within: Work) => Promise<T>, bulk?: BulkWork): Promise<T>;
}
