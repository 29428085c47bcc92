import { readWrittenInstant } from '../interval';
import {
  anyText,
  anything,
  type Check,
  type ChecksOf,
  callable,
  either,
  flag,
  listOf,
  object,
  oneOf,
  readBy,
  record,
  recordOf,
  satisfying,
  text,
  wholeNumber,
} from '../options';
import { DATA_TYPES } from '../value';
import { bigqueryOptions } from './bigquery-options';
import type { ColumnHint, MergeDisposition, SchemaContractHint } from './hints';
import type { SourceOptions, SourceSettings } from './source-types';
import type {
  DiscoveredHints,
  Incrementals,
  LimitSpec,
  ParamsSpec,
  Resource,
  ResourceOptions,
  ResourceSettings,
  ResumableSpec,
  State,
  TransformerOptions,
} from './types';

/** The columns of a key. */
export const keyHint: Check = either(text, listOf(text));

const columnHint = object<ColumnHint>({
  dataType: oneOf(...DATA_TYPES),
  nullable: flag,
  precision: wholeNumber(0),
  scale: wholeNumber(0),
  timezone: flag,
  description: anyText,
  unique: flag,
  hardDelete: flag,
  dedupSort: oneOf('asc', 'desc'),
  partition: flag,
  cluster: flag,
});

export const columnHints: Check = recordOf(columnHint);

export const writeDisposition: Check = either(
  oneOf('append', 'replace', 'merge'),
  object<MergeDisposition>(
    {
      disposition: oneOf('merge'),
      strategy: oneOf('delete-insert', 'upsert', 'insert-only', 'scd2'),
      boundaryTimestamp: readBy('an ISO date or instant such as "2024-01-31T06:00:00Z"', readWrittenInstant),
      validityColumnNames: satisfying(
        'the names of two columns',
        (value) => Array.isArray(value) && value.length === 2 && value.every(text.takes),
      ),
    },
    { required: ['disposition'] },
  ),
);

const contractMode = oneOf('evolve', 'freeze', 'discardRow', 'discardValue', 'discard_row', 'discard_value');
const schemaContract = either(
  contractMode,
  object<Exclude<SchemaContractHint, string>>({
    tables: contractMode,
    columns: contractMode,
    dataType: contractMode,
    data_type: contractMode,
    names: contractMode,
  }),
);

/** A check of each hint that a resource may have. */
export const settingChecks: ChecksOf<ResourceSettings<unknown>> = {
  primaryKey: keyHint,
  mergeKey: keyHint,
  writeDisposition,
  columns: columnHints,
  tableName: either(text, callable),
  maxTableNesting: wholeNumber(0),
  schemaContract,
  onRerun: oneOf('append', 'replace'),
  bigquery: bigqueryOptions,
};

export const resourceSettings: Check = object<ResourceSettings<unknown>>(settingChecks);

/** The hints that a load discovers. */
export const discoveredHints: Check = object<DiscoveredHints>({
  primaryKey: keyHint,
  mergeKey: keyHint,
  columns: columnHints,
});

/** A check of each setting of a source as a whole. */
export const sourceChecks: ChecksOf<SourceSettings> = {
  rootKey: flag,
  maxTableNesting: wholeNumber(0),
  schemaContract,
};

export const sourceSettings: Check = object<SourceSettings>(sourceChecks);

// the range of its numbers is checked where they are read
const number = satisfying('a number', (value) => typeof value === 'number');

export const limitSpec: Check = either(
  number,
  object<Exclude<LimitSpec, number>>({ pages: number, rows: number }),
);

const resumable = either(
  flag,
  object<Exclude<ResumableSpec, boolean>>({ everySeconds: number, everyPages: number }),
);

const common = {
  ...settingChecks,
  name: anything,
  incremental: record,
  params: record,
  initialState: record,
  selected: flag,
  addLimit: limitSpec,
  // what isn't a function gets a message of its own
  extract: anything,
};

export const resourceOptions: Check = object<
  ResourceOptions<string, unknown, ParamsSpec, Incrementals, State>
>({ ...common, resumable, discover: callable });

/** Whether `value` is a resource is told by whoever makes them. */
export const transformerOptions = (isResource: (value: unknown) => value is Resource): Check =>
  object<TransformerOptions<string, unknown, unknown, ParamsSpec, Incrementals, State>>(
    { ...common, from: satisfying('what resource(…) or transformer(…) gives', isResource) },
    { required: ['from'] },
  );

/** What a source's config is described by. */
export const zodObject: Check = satisfying(
  'a zod object, z.object({ … })',
  (value) => record.takes(value) && 'safeParse' in (value as object),
);

export const sourceOptions: Check = object<SourceOptions<never, Resource>>({
  name: anything,
  section: text,
  config: zodObject,
  // checked by `http` itself, with the name of the source
  http: either(callable, record),
  resources: anything,
  ...sourceChecks,
});
