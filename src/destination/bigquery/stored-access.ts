import { randomUUID } from 'node:crypto';
import type { LoadCost } from '../../contracts';
import { Timestamp } from '../../value';
import { LaterNumber } from '../commit';
import type { Asks, StoredAccess } from '../sql';
import type { DrawnId } from './guard';
import type { Opening } from './opening';

interface Asked {
  readonly asks: Asks | undefined;
  readonly opening: Opening;
  /** Whether it is for a transaction that is guarded by the opening. */
  readonly writes: boolean;
  drawId(id: DrawnId): void;
  /** What was done before has cost. */
  cost(): LoadCost;
}

/** Reads from what was asked for at once, and asks anew for what wasn't. The id of the dataset is the guard's to write. */
export function askedAtOnce(
  { reader, writer }: StoredAccess,
  { asks, opening, writes, drawId, cost }: Asked,
): StoredAccess {
  const { facts, holders, told, versions } = opening;
  const asked = new Set(asks?.loadKeys);
  const countsCosts = asks?.load !== undefined;
  let costIsTold = false;
  const wereAsked = (loadKeys: readonly string[]): boolean => loadKeys.every((key) => asked.has(key));
  return {
    reader: {
      ...reader,
      async facts(of) {
        const same = asks?.facts?.pipeline === of.pipeline && asks.facts.schemaName === of.schemaName;
        return facts !== undefined && same ? facts : reader.facts(of);
      },
      async otherSchemaNames(name) {
        if (versions === undefined) return reader.otherSchemaNames(name);
        return [...versions.keys()].filter((one) => one !== name).sort();
      },
      async holdersOf(loadKeys) {
        if (holders === undefined || !wereAsked(loadKeys)) return reader.holdersOf(loadKeys);
        return new Map([...holders].filter(([key]) => loadKeys.includes(key)));
      },
      async findLoads(loadKeys) {
        const none = told !== undefined && wereAsked(loadKeys) && !loadKeys.some((key) => told.has(key));
        return none ? new Map() : reader.findLoads(loadKeys);
      },
      async datasetId() {
        const { datasetId } = opening.guard;
        // a transaction that writes is what it was planned from, or nothing
        return writes || datasetId === undefined ? datasetId : reader.datasetId();
      },
    },
    writer: {
      ...writer,
      async schema(row) {
        if (versions === undefined) return writer.schema(row);
        const newest = [...versions.values()].reduce((a, b) => (a > b ? a : b), 0n);
        return writer.schema({ ...row, newest });
      },
      // what the script has cost until here; its last statement is near
      async ledger([first, ...others]) {
        if (first === undefined) return;
        const told = { ...first };
        if (countsCosts && !costIsTold) {
          costIsTold = true;
          const { bytesBilled, slotMs } = cost();
          told.bytes_billed = new LaterNumber(`@@script.bytes_billed + ${bytesBilled}`);
          told.slot_ms = new LaterNumber(`@@script.slot_ms + ${slotMs}`);
        }
        await writer.ledger([told, ...others]);
      },
      async datasetId(at) {
        drawId({ id: randomUUID(), at: new Timestamp(at).toString() });
      },
    },
  };
}
