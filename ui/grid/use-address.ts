import { useEffect, useRef } from 'preact/hooks';
import { query, setQuery } from '../lib/router';
import { addressOf, columnsOfAddress } from './model/address-range';
import type { GridModel } from './model/grid-model';
import type { Range } from './model/layout';
import type { SelectionEvent } from './model/selection';

/** A drag selects with every step, and browsers refuse to write the address so often. */
const REST_MS = 300;

/**
 * Keeps the selected range in the address, in place of what was there, so that it can be sent to somebody; and selects what another
 * address of the same screen says.
 * @returns what writes it at once, before one goes elsewhere
 */
export function useAddress(
  { view }: GridModel,
  selected: Range | undefined,
  dispatch: (event: SelectionEvent) => void,
): () => void {
  const { from, to } = query.value;
  const wanted = addressOf(view, selected);
  const key = `${from} ${to}`;
  const known = useRef(key);

  useEffect(() => {
    if (known.current === key) return;
    known.current = key;
    const range = columnsOfAddress(view, { from, to });
    if (range === undefined) return;
    dispatch({ kind: 'span', anchor: range.first, head: range.last, column: range.first });
  }, [key]);

  const write = () => {
    known.current = `${wanted.from} ${wanted.to}`;
    if (known.current !== key) setQuery({ ...wanted });
  };
  useEffect(() => {
    const timer = setTimeout(write, REST_MS);
    return () => clearTimeout(timer);
  }, [key, wanted.from, wanted.to]);
  return write;
}
