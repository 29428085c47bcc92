import { isRecord } from '../value';
import type { Destination } from './types';

/** Whether a value is a destination, an instance of a class too: what a module of somebody else's exports may be anything. */
export const isDestination = (value: unknown): value is Destination =>
  isRecord(value) &&
  typeof value.kind === 'string' &&
  typeof value.open === 'function' &&
  typeof value.describe === 'function';
