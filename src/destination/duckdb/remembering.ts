import {
  type FactReader,
  type FactsOf,
  readFacts,
  type StoredFacts,
  type StoredReader,
  type StoredWriter,
} from '../commit';
import type { StoredAccess } from '../sql';
import type { Attempt } from '../types';
import type { FactMemory } from './known-facts';

/**
 * Remembers what was read of a dataset's own tables, and what was written to them: right as long as the file is locked, since
 * nobody else can write it then. A load of nothing asks almost nothing that way.
 */
export function rememberingStored({ reader, writer }: StoredAccess, facts: FactMemory): StoredAccess {
  return { reader: rememberingReader(reader, facts), writer: noticingWriter(writer, facts) };
}

function rememberingReader(plain: StoredReader, facts: FactMemory): StoredReader {
  const reader: FactReader = {
    schema: (name) => facts.of(`schema\n${name}`, () => plain.schema(name)),
    state: (pipeline) => facts.of(`state\n${pipeline}`, () => plain.state(pipeline)),
    generations: (source) => facts.of(`generations\n${source}`, () => plain.generations(source)),
    lastLoadId: () => facts.of('lastLoadId', () => plain.lastLoadId()),
    datasetId: () => facts.of('datasetId', () => plain.datasetId()),
  };
  return {
    ...plain,
    ...reader,
    facts: async (of) => recall(facts, of) ?? readFacts(reader, of),

    async holdersOf(loadKeys) {
      const unknown = loadKeys.filter((loadKey) => facts.known(`holder\n${loadKey}`) === undefined);
      const read = unknown.length === 0 ? new Map<string, Attempt>() : await plain.holdersOf(unknown);
      const holders = new Map<string, Attempt>();
      for (const loadKey of loadKeys) {
        const holder = await facts.of(`holder\n${loadKey}`, async () => read.get(loadKey));
        if (holder !== undefined) holders.set(loadKey, holder);
      }
      return holders;
    },
  };
}

/** All facts as of one moment, if all are known. */
function recall(facts: FactMemory, { pipeline, schemaName }: FactsOf): StoredFacts | undefined {
  const known = facts.recall([
    `schema\n${schemaName}`,
    `state\n${pipeline}`,
    `generations\n${schemaName}`,
    'lastLoadId',
    'datasetId',
  ]);
  if (known === undefined) return undefined;
  const [schema, state, generations, lastLoadId, datasetId] = known;
  return { schema, state, generations, lastLoadId, datasetId } as StoredFacts;
}

function noticingWriter(plain: StoredWriter, facts: FactMemory): StoredWriter {
  return {
    async load(row) {
      await plain.load(row);
      // drawn to be the greatest
      facts.become('lastLoadId', row.loadId);
    },

    async state(row) {
      await plain.state(row);
      facts.forget(`state\n${row.state.pipeline_name}`);
    },

    async schema(row) {
      await plain.schema(row);
      facts.forget(`schema\n${row.schema.name}`);
    },

    async ledger(rows) {
      await plain.ledger(rows);
      for (const row of rows) {
        // nobody is in an earlier generation than 0, listed or not
        if (row.generation > 0) facts.forget(`generations\n${row.source}`);
        // not worth remembering: nobody asks for a key again that is committed
        if (row.status === 'loaded') facts.forget(`holder\n${row.load_key}`);
      }
    },

    supersede: (of) => plain.supersede(of),

    async claims(claims, at) {
      await plain.claims(claims, at);
      for (const { loadKey, workflowId, runId, attempt } of claims)
        facts.become(`holder\n${loadKey}`, { workflowId, runId, attempt });
    },

    async dropClaim(loadKey) {
      await plain.dropClaim(loadKey);
      facts.forget(`holder\n${loadKey}`);
    },

    async dropClaimsOf(run) {
      await plain.dropClaimsOf(run);
      facts.forgetHolders();
    },

    async dropOldClaims(of) {
      const dropped = await plain.dropOldClaims(of);
      if (dropped !== 0) facts.forgetHolders();
      return dropped;
    },

    loadIdsRenamed() {
      plain.loadIdsRenamed();
      facts.forget('lastLoadId');
    },

    rewritten() {
      plain.rewritten();
      facts.forgetAll();
    },

    async datasetId(at) {
      await plain.datasetId(at);
      facts.forget('datasetId');
    },
  };
}
