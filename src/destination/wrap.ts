import type { Dataset, DatasetRef, Destination } from './types';

/*
 * Others than these may write destinations, as classes, too: what a member needs of its object is found through it. So an
 * object is wrapped by calling it, and never by copying its members.
 */

/** A destination as the pipeline `home` has it, whatever pipeline opens it: a place without a name of its own is named for that. */
export function destinationOf(home: string, destination: Destination): Destination {
  return {
    get kind() {
      return destination.kind;
    },
    get destinationType() {
      return destination.destinationType;
    },
    get onOneHost() {
      return destination.onOneHost;
    },
    get billsReading() {
      return destination.billsReading;
    },
    describe: () => destination.describe(home),
    open: (ref: DatasetRef) => destination.open({ ...ref, home: ref.home ?? home }),
  };
}

/** A dataset that says when it is to be closed. */
export function tellingOfClose(dataset: Dataset, onClose: () => void): Dataset {
  return {
    get name() {
      return dataset.name;
    },
    get location() {
      return dataset.location;
    },
    get definesFirst() {
      return dataset.definesFirst;
    },
    get maxNameLength() {
      return dataset.maxNameLength;
    },
    quote: (name) => dataset.quote(name),
    qualify: (table) => dataset.qualify(table),
    snapshot: (schemaName) => dataset.snapshot(schemaName),
    findLoad: (loadKey) => dataset.findLoad(loadKey),
    claim: (claims) => dataset.claim(claims),
    revokeClaims: (run) => dataset.revokeClaims(run),
    commit: (load) => dataset.commit(load),
    record: (rows) => dataset.record(rows),
    ledger: (filter) => dataset.ledger(filter),
    coverage: (query) => dataset.coverage(query),
    editState: (edit) => dataset.editState(edit),
    dropResources: (drop) => dataset.dropResources(drop),
    definitions: (schema) => dataset.definitions(schema),
    tables: () => dataset.tables(),
    fixClock: (fix) => dataset.fixClock(fix),
    relations: () => dataset.relations(),
    query: (sql, params, options) => dataset.query(sql, params, options),
    stream: (sql, params, options) => dataset.stream(sql, params, options),
    contents: (use) => dataset.contents(use),
    receive: (contents, options) => dataset.receive(contents, options),
    close: () => {
      onClose();
      return dataset.close();
    },
  };
}
