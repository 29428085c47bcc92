import type { z } from 'zod';
import { authentication, checkHttpOptions, headers, paginator, responseActions, statuses } from '../../http';
import { incrementalChecks } from '../../incremental';
import {
  anything,
  type ChecksOf,
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

const resourceChecks: ChecksOf<RestResource> = {
  name: anything,
  path: text,
  method: oneOf('GET', 'POST', 'PUT'),
  params: record,
  headers,
  json: record,
  data: text,
  paginate: either(oneOf('auto', 'single'), paginator),
  incremental: restIncremental,
  includeFromParent: listOf(text),
  emptyOn: statuses,
  responseActions,
  // a whole number; checked with the name of the resource
  parallel: anything,
  selected: flag,
  ...settingChecks,
};

/** The settings that a resource may have. */
export const RESOURCE_SETTINGS: readonly string[] = Object.keys(resourceChecks);

const restResource = object<RestResource>(resourceChecks);

const restDefaults = object<RestDefaults>({
  primaryKey: resourceChecks.primaryKey,
  writeDisposition: resourceChecks.writeDisposition,
  params: resourceChecks.params,
  headers: resourceChecks.headers,
  data: resourceChecks.data,
  paginate: resourceChecks.paginate,
  maxTableNesting: resourceChecks.maxTableNesting,
  schemaContract: resourceChecks.schemaContract,
  emptyOn: resourceChecks.emptyOn,
  responseActions: resourceChecks.responseActions,
  parallel: resourceChecks.parallel,
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
    defaults: restDefaults,
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
