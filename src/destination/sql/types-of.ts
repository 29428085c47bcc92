import type { TypeRules } from '../commit';
import type { SqlDriver } from './driver';
import type { SqlSession } from './transaction';

/** What planning must know of the types and names of a database. */
export function typesOf({ capabilities }: SqlDriver, { dialect }: SqlSession): TypeRules {
  const { alterType, maxNameLength, maxNameBytes } = capabilities;
  return {
    dataType: (actual) => dialect.dataType(actual),
    widenedType: (actual, column) => (alterType ? dialect.widenedType(actual, column) : undefined),
    maxNameLength,
    maxNameBytes,
  };
}
