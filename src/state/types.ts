import type { CursorState } from '../incremental';
import type { Decimal, PlainDate, PlainTime, Timestamp } from '../value';

/** A value that pipeline state can hold: JSON, exact integers, and the typed scalars that dlt marks in its state text. */
export type StateValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Timestamp
  | PlainDate
  | PlainTime
  | Decimal
  | Uint8Array
  | readonly StateValue[]
  | { readonly [key: string]: StateValue };

export type StateObject = { readonly [key: string]: StateValue };

/** What dlt calls the state: one JSON object a pipeline. Unknown keys survive unchanged at every level. */
export interface PipelineState {
  readonly _state_version: number;
  readonly _state_engine_version: number;
  /** Hash of the content, see {@link hashState}. Never trusted when read, always right when written. */
  readonly _version_hash: string;
  readonly pipeline_name: string;
  readonly dataset_name: string;
  readonly schema_names: readonly string[];
  readonly default_schema_name?: string | null;
  readonly destination_type?: string | null;
  readonly destination_name?: string | null;
  /** By source name, which is the schema's name too. */
  readonly sources?: { readonly [source: string]: SourceState } | undefined;
  /** tidemark's own marks; dlt keeps what it doesn't know. */
  readonly tidemark?: StateObject | undefined;
  readonly [key: string]: unknown;
}

/** A source's state: keys shared by its resources, and under `resources` what each keeps for itself. */
export interface SourceState {
  readonly resources?: { readonly [resource: string]: ResourceState };
  readonly [key: string]: unknown;
}

/** A resource's state: its own keys, and under `incremental` the cursors by path. */
export interface ResourceState {
  readonly incremental?: { readonly [cursorPath: string]: CursorState };
  readonly [key: string]: unknown;
}

/** Custom state before and after extraction: only what differs is written, and merged with what others wrote meanwhile. */
export interface StateChange {
  readonly before: StateObject;
  readonly after: StateObject;
}
