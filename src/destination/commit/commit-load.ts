import { Timestamp } from '../../value';
import type { Attempt, CommitOutcome, CommittedLoad, LoadPackage } from '../types';
import type { BasisReader, CommitBasis } from './basis';
import { isHolder } from './claims';
import { type CommitCounts, writtenRows } from './counts';
import { guardLoad } from './guards';
import type { CommitPlan } from './plan';
import { planCommit } from './plan-commit';
import { readBasis } from './read-basis';
import { planSchemaChanges } from './schema-changes';
import type { StoredFacts, StoredReader } from './stored';

/** One dataset within one transaction, as a commit sees it: it reads what is stored, and executes a plan. */
export interface CommitTransaction
  extends BasisReader,
    Pick<CommitBasis, 'dataset' | 'destinationType' | 'types' | 'tables'> {
  /** Does what is planned, no more and no less. */
  execute(plan: CommitPlan): Promise<CommitCounts>;
}

/**
 * Commits a load: the one place in which rows, schema, state and ledger come together. Called with the dataset's lock held,
 * in a transaction that commits when this has returned and leaves nothing behind when it throws.
 */
export async function commitLoad(load: LoadPackage, transaction: CommitTransaction): Promise<CommitOutcome> {
  const { stored, dataset, destinationType, types, tables } = transaction;
  const { known, holder, facts } = await lookAt(load, stored);
  if (known !== undefined) return answered(known);
  const basis = await readBasis(load, transaction, { types, tables, facts });
  const plan = planCommit(load, { dataset, destinationType, types, tables, facts, holder, ...basis });
  return loaded(load, plan, await transaction.execute(plan));
}

/**
 * What a commit comes to before its rows are looked at: the answer of a load that is committed already, undefined for one that
 * is to be written. Needs no lock, since what is answered or refused stays so.
 * @throws TidemarkError DATASET_MISMATCH, CLAIM_LOST, GENERATION_CHANGED, STATE_CHANGED, IDENTIFIER_INVALID
 */
export async function foreseeCommit(
  load: LoadPackage,
  { stored, types }: Pick<CommitTransaction, 'stored' | 'types'>,
): Promise<CommitOutcome | undefined> {
  const { known } = await lookAt(load, stored);
  if (known !== undefined) return answered(known);
  // names that are refused are refused in whatever tables there are
  planSchemaChanges(load.schema, new Map(), types);
  return undefined;
}

type Seen =
  | { readonly known: CommittedLoad; readonly holder?: undefined; readonly facts?: undefined }
  | { readonly known?: undefined; readonly holder: Attempt | undefined; readonly facts: StoredFacts };

async function lookAt(load: LoadPackage, stored: StoredReader): Promise<Seen> {
  const { known, holder } = await lookUp(load, stored);
  if (known !== undefined) return { known };
  const facts = await stored.facts({ pipeline: load.pipeline, schemaName: load.schema.name });
  // What is not that load any more isn't worth reading for; planning would refuse it, too.
  guardLoad(load, facts, holder);
  return { holder, facts };
}

/** What the load key has led to, else who holds it. A key that is held was not committed: claiming looks for that. */
async function lookUp(
  { loadKey, attempt }: LoadPackage,
  stored: StoredReader,
): Promise<{ readonly known?: CommittedLoad | undefined; readonly holder?: Attempt | undefined }> {
  if (attempt === undefined) {
    const known = (await stored.findLoads([loadKey])).get(loadKey);
    return known === undefined ? { holder: (await stored.holdersOf([loadKey])).get(loadKey) } : { known };
  }
  const holder = (await stored.holdersOf([loadKey])).get(loadKey);
  if (isHolder(holder, attempt)) return { holder };
  return { holder, known: (await stored.findLoads([loadKey])).get(loadKey) };
}

function loaded(load: LoadPackage, plan: CommitPlan, counts: CommitCounts): CommitOutcome {
  const { schema, state } = plan.after;
  return {
    status: 'loaded',
    loadId: plan.writes.kind === 'nothing' ? undefined : plan.loadId,
    committedAt: new Timestamp(plan.at).toString(),
    rows: Object.fromEntries(
      load.resources.map(({ resource, tables }) => [resource, writtenRows(counts, tables)]),
    ),
    tables: Object.fromEntries(counts),
    schema,
    schemaVersion: schema?.version,
    newSchemaVersion: plan.records.schema !== undefined,
    state,
  };
}

function answered(known: CommittedLoad): CommitOutcome {
  return {
    status: 'skipped',
    loadId: known.loadId,
    committedAt: known.committedAt,
    rows: Object.fromEntries(known.rows.map((row) => [row.resource, row.rows])),
    tables: {},
    schema: undefined,
    schemaVersion: undefined,
    newSchemaVersion: false,
    state: undefined,
  };
}
