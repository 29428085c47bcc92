import { TidemarkError } from '../errors';
import type { ContractMode, SchemaContract } from './types';

/** What a contract says of each kind of change; `evolve` where it says nothing. */
export interface ResolvedContract {
  readonly tables: ContractMode;
  readonly columns: ContractMode;
  readonly dataType: ContractMode;
}

const MODES: Readonly<Record<string, ContractMode>> = {
  evolve: 'evolve',
  freeze: 'freeze',
  discard_row: 'discard_row',
  discard_value: 'discard_value',
  discardRow: 'discard_row',
  discardValue: 'discard_value',
};

/** @throws TidemarkError CONFIG_INVALID for a mode that doesn't exist */
export function resolveContract(contract: SchemaContract | ContractMode | undefined): ResolvedContract {
  if (contract === undefined) return { tables: 'evolve', columns: 'evolve', dataType: 'evolve' };
  const given =
    typeof contract === 'string' ? { tables: contract, columns: contract, data_type: contract } : contract;
  return { tables: mode(given.tables), columns: mode(given.columns), dataType: mode(given.data_type) };
}

function mode(given: string | undefined): ContractMode {
  const known = MODES[given ?? 'evolve'];
  if (known === undefined)
    throw new TidemarkError(
      'CONFIG_INVALID',
      `"${given}" is not a mode of a schema contract; use evolve, freeze, discardRow or discardValue.`,
    );
  return known;
}

/** A contract in dlt's spelling, with what it says and nothing more: the form in which it is stored. */
export function storedContract(contract: SchemaContract | ContractMode): SchemaContract | ContractMode {
  if (typeof contract === 'string') return mode(contract);
  return Object.fromEntries(Object.entries(contract).map(([kind, given]) => [kind, mode(given)]));
}
