import type { CheckKind } from '../check';
import { atomic, loadKey } from './atomic';
import { ledger, state } from './books';
import { closing, query, reading, stream } from './reading';
import { schema } from './schema';
import { values } from './values';
import { claims, concurrency } from './writers';

/** In the order in which one writes a destination: values and tables first, then what holds among writers. */
export const CHECK_KINDS: readonly CheckKind[] = [
  ...[values, schema, reading, query, stream, closing],
  ...[atomic, loadKey, state, ledger, claims, concurrency],
];
