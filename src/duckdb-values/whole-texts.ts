import accessors = require('@duckdb/node-api/lib/vectors/dataAccessors');

/**
 * DuckDB's package reads texts with a decoder that takes a first U+FEFF for a mark of the encoding and drops it. A stored
 * text has none: the character is part of it.
 */
Object.assign(accessors, { textDecoder: new TextDecoder('utf-8', { ignoreBOM: true }) });
