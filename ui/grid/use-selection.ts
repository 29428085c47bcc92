import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { GridView } from '../../src/ui/api';
import { query } from '../lib/router';
import { columnsOfAddress } from './model/address-range';
import { columnAtStart, type GridModel } from './model/grid-model';
import {
  initialSelection,
  moveSelection,
  reduceSelection,
  type Selection,
  type SelectionEvent,
  selectedColumns,
} from './model/selection';

/** A selection, and the grid whose columns it means. */
interface Held {
  readonly view: GridView;
  readonly selection: Selection;
}

/** Where somebody was in a grid, by times: columns move as intervals come. */
interface Place {
  readonly row: number;
  readonly column: number | undefined;
  readonly range: { readonly anchor: number; readonly head: number } | undefined;
}

/** Where one was in each pipeline, for the way back from an interval. */
const places = new Map<string, Place>();

/** The selection in a grid, at first that of the address or else the last one there, which stays with its intervals when the grid is read again. */
export function useSelection(model: GridModel): [Selection, (event: SelectionEvent) => void] {
  const { view } = model;
  const [held, setHeld] = useState<Held>(() => ({ view, selection: selectionAt(model) }));
  const latest = useRef(held);
  latest.current = moved(held, view);

  const dispatch = useCallback((event: SelectionEvent) => {
    latest.current = { ...latest.current, selection: reduceSelection(latest.current.selection, event) };
    setHeld(latest.current);
  }, []);
  useEffect(
    () => () => {
      const { view: last, selection } = latest.current;
      places.set(last.pipeline, placeOf(last, selection));
    },
    [view.pipeline],
  );
  return [latest.current.selection, dispatch];
}

function moved({ view, selection }: Held, now: GridView): Held {
  if (view === now) return { view, selection };
  const columnNow = (column: number): number => columnAtStart(now, view.starts[column] ?? 0);
  const size = { rows: now.resources.length, columns: now.starts.length };
  return { view: now, selection: moveSelection(selection, size, columnNow) };
}

function placeOf({ starts }: GridView, { row, column, range }: Selection): Place {
  const time = (of: number): number => starts[of] ?? 0;
  return {
    row,
    column: starts[column],
    range: range && { anchor: time(range.anchor), head: time(range.head) },
  };
}

function selectionAt(model: GridModel): Selection {
  const before = selectionBefore(model);
  const { from, to } = query.peek();
  const range = columnsOfAddress(model.view, { from, to });
  if (range === undefined) return before;
  const known = selectedColumns(before);
  if (known?.first === range.first && known.last === range.last) return before;
  return { ...before, column: range.first, range: { anchor: range.first, head: range.last } };
}

function selectionBefore({ view, rows, columns }: GridModel): Selection {
  const place = places.get(view.pipeline);
  const initial = initialSelection(columns);
  if (place?.column === undefined) return initial;
  const at = (seconds: number): number => columnAtStart(view, seconds);
  return {
    ...initial,
    row: Math.min(place.row, Math.max(0, rows - 1)),
    column: at(place.column),
    range: place.range && { anchor: at(place.range.anchor), head: at(place.range.head) },
  };
}
