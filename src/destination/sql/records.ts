import { STATE_TABLE } from '../../schema';
import { hashState, parseState, serializeState } from '../../state';
import type { ContentChunk, ContentTable } from '../content';

/**
 * What is written in place of the rows of a table about loads: a state says of which type the destination is that it is in.
 * Everything else stays as it is.
 */
export function inPlaceOf(
  { name }: ContentTable,
  destinationType: string,
): (chunk: ContentChunk) => ContentChunk {
  return (chunk) => (name === STATE_TABLE ? withDestination(chunk, destinationType) : chunk);
}

function withDestination({ rows, columns }: ContentChunk, destinationType: string): ContentChunk {
  const texts = columns.find(({ name }) => name === 'state')?.values ?? [];
  const states = texts.map((text) => {
    if (typeof text !== 'string') return undefined;
    const stored = parseState(text);
    const known = stored.destination_name ?? null;
    // dlt names a destination without a name of its own for its type
    const destination_name = known === null ? null : destinationType.split('.').at(-1)!;
    const state = { ...stored, destination_type: destinationType, destination_name };
    return { ...state, _version_hash: hashState(state) };
  });
  return {
    rows,
    columns: columns.map((column) => {
      if (column.name === 'state')
        return {
          ...column,
          values: states.map((state) => (state === undefined ? undefined : serializeState(state))),
        };
      if (column.name === 'version_hash')
        return { ...column, validity: undefined, values: states.map((state) => state?._version_hash) };
      return column;
    }),
  };
}
