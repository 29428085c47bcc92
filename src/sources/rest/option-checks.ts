import type { z } from 'zod';
import { authentication, checkHttpOptions, headers, paginator, statuses } from '../../http';
import { incrementalChecks } from '../../incremental';
import {
  anything,
  callable,
  checkArgument,
  checkOptions,
  either,
  flag,
  listOf,
  object,
  oneOf,
  record,
  text,
} from '../../options';
import { settingChecks, sourceChecks, zodObject } from '../../source';
import { isRecord } from '../../value';
import type { RestDefaults, RestIncremental, RestResource, RestSourceOptions } from './types';

const restIncremental = object<RestIncremental>(
  {
    ...incrementalChecks,
    startParam: text,
    endParam: text,
    format: either(oneOf('iso', 'unix', 'unixMs', 'date'), callable),
    in: oneOf('query', 'json'),
  },
  { required: ['cursor'] },
);

const shared = {
  primaryKey: settingChecks.primaryKey,
  writeDisposition: settingChecks.writeDisposition,
  params: record,
  headers,
  data: text,
  paginate: either(oneOf('auto', 'single'), paginator),
  maxTableNesting: settingChecks.maxTableNesting,
  schemaContract: settingChecks.schemaContract,
  emptyOn: statuses,
  // a whole number; checked with the name of the resource
  parallel: anything,
};

const restResource = object<RestResource>({
  ...settingChecks,
  ...shared,
  name: anything,
  path: text,
  method: oneOf('GET', 'POST'),
  json: record,
  incremental: restIncremental,
  includeFromParent: listOf(text),
  selected: flag,
});

/** @throws CONFIG_INVALID for an option of a resource that isn't accepted */
export const checkRestResource = (owner: string, spec: RestResource): void =>
  checkOptions(owner, spec, restResource);

const restOptions = object<RestSourceOptions<z.ZodObject, string>>(
  {
    ...sourceChecks,
    name: text,
    section: text,
    config: zodObject,
    baseUrl: either(text, callable),
    auth: either(callable, authentication),
    http: record,
    defaults: object<RestDefaults>(shared),
    resources: either(callable, listOf(record)),
  },
  { required: ['name', 'baseUrl', 'resources'] },
);

/** @throws CONFIG_INVALID for an option that doesn't exist or isn't accepted */
export function checkRestSource(options: unknown): void {
  checkArgument('restSource', 'options', options, record);
  const owner = `restSource "${isRecord(options) ? String(options['name']) : ''}"`;
  checkOptions(owner, options, restOptions);
  if (isRecord(options) && options['http'] !== undefined)
    checkHttpOptions(`http of the ${owner}`, options['http']);
}
