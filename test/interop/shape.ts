import { incremental, resource } from '../../src';
import { decode } from '../../src/conformance';
import { type Source, sourceOf } from '../../src/source';

/** A column as dlt declares it. */
interface ColumnHints {
  readonly data_type?: string;
  readonly nullable?: boolean;
  readonly precision?: number;
  readonly scale?: number;
  readonly timezone?: boolean;
  readonly hard_delete?: boolean;
  readonly dedup_sort?: 'asc' | 'desc';
}

type Strategy = 'delete-insert' | 'upsert' | 'insert-only' | 'scd2';

/** Hints of a resource as dlt declares them. */
export interface Hints {
  readonly write_disposition:
    | 'append'
    | 'replace'
    | 'merge'
    | {
        readonly disposition: 'merge';
        readonly strategy: Strategy;
        readonly boundary_timestamp?: string;
      };
  readonly primary_key?: string | readonly string[];
  readonly merge_key?: string;
  readonly columns?: Readonly<Record<string, ColumnHints>>;
  readonly max_table_nesting?: number;
}

/** Types of a cursor, as tidemark names them. */
export type CursorKind = 'integer' | 'text' | 'date' | 'datetime';

/** The resource that both sides load, with the one cursor that it may have. */
export interface Shape {
  readonly source: string;
  readonly resource: string;
  readonly hints: Hints;
  readonly cursor?: {
    readonly path: string;
    readonly type: CursorKind;
    readonly initial: unknown;
  };
}

const CAMEL: Readonly<Record<string, string>> = {
  data_type: 'dataType',
  hard_delete: 'hardDelete',
  dedup_sort: 'dedupSort',
  write_disposition: 'writeDisposition',
  boundary_timestamp: 'boundaryTimestamp',
  primary_key: 'primaryKey',
  merge_key: 'mergeKey',
  max_table_nesting: 'maxTableNesting',
};

const renamed = (options: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [CAMEL[name] ?? name, value]));

function optionsOf({ columns, write_disposition, ...hints }: Hints): Record<string, unknown> {
  return {
    ...renamed(hints),
    writeDisposition: typeof write_disposition === 'string' ? write_disposition : renamed(write_disposition),
    columns: Object.fromEntries(
      Object.entries(columns ?? {}).map(([name, column]) => [name, renamed(column)]),
    ),
  };
}

type Extract = (context: {
  readonly incremental: Readonly<Record<string, { readonly startValue: unknown }>>;
}) => unknown;

/** The source of tidemark that yields these rows; it tells where its cursor starts. */
export function sourceWith(
  shape: Shape,
  rows: readonly unknown[],
  startsAt: (value: unknown) => void,
): Source {
  const { cursor } = shape;
  const extract: Extract = (context) => {
    startsAt(context.incremental.cursor?.startValue);
    return [rows];
  };
  const incrementals =
    cursor === undefined
      ? {}
      : {
          cursor: incremental<unknown>({
            cursor: cursor.path,
            type: cursor.type,
            initialValue: decode(cursor.initial),
          } as never),
        };
  const only = resource({
    ...optionsOf(shape.hints),
    name: shape.resource,
    incremental: incrementals,
    extract,
  } as never);
  return sourceOf({ name: shape.source, resources: [only] } as never);
}
