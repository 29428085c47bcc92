import { TidemarkError } from '../errors';
import type { ContractMode, SchemaContract } from './types';

/** What a contract says of each kind of change; `evolve` where it says nothing. */
export interface ResolvedContract {
  readonly tables: ContractMode;
  readonly columns: ContractMode;
  readonly dataType: ContractMode;
  /**
   * Of two keys in one row that give one name and have different values. `evolve` keeps both, `freeze` refuses the row;
   * `discard_value` keeps the one that dlt keeps: the nested one, else the later one.
   */
  readonly names: ContractMode;
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
  if (contract === undefined)
    return { tables: 'evolve', columns: 'evolve', dataType: 'evolve', names: 'evolve' };
  const given =
    typeof contract === 'string'
      ? { tables: contract, columns: contract, data_type: contract, names: contract }
      : contract;
  return {
    tables: mode(given.tables),
    columns: mode(given.columns),
    dataType: mode(given.data_type),
    names: mode(given.names),
  };
}

function mode(given: string | undefined): ContractMode {
  const known = Object.hasOwn(MODES, given ?? 'evolve') ? MODES[given ?? 'evolve'] : undefined;
  if (known === undefined)
    throw new TidemarkError(
      'CONFIG_INVALID',
      `"${given}" is not a mode of a schema contract; use evolve, freeze, discardRow or discardValue.`,
    );
  return known;
}

/**
 * A contract in dlt's spelling, with what it says and nothing more: the form in which it is stored. dlt knows no `names`.
 * @returns undefined if it says nothing that dlt knows
 */
export function storedContract(
  contract: SchemaContract | ContractMode,
): SchemaContract | ContractMode | undefined {
  if (typeof contract === 'string') return mode(contract);
  const known = Object.entries(contract).filter(([kind]) => kind !== 'names');
  if (known.length === 0 && contract.names !== undefined) return undefined;
  return Object.fromEntries(known.map(([kind, given]) => [kind, mode(given)]));
}
