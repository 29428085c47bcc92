import type { Range } from './layout';

/** Which cell has the focus, and which intervals are selected: all resources of them. */
export interface Selection {
  readonly row: number;
  readonly column: number;
  /** Where a range began and where it goes to; undefined where none is selected. */
  readonly range: { readonly anchor: number; readonly head: number } | undefined;
  /** Whether the next step with Shift goes on with the range, instead of beginning one. */
  readonly extending: boolean;
}

export type SelectionEvent =
  /** The focus goes there; what is selected stays. */
  | { readonly kind: 'focus'; readonly row: number; readonly column: number }
  /** The range goes from where it began, or from the focus, up to there. */
  | { readonly kind: 'extend'; readonly row: number; readonly column: number }
  /** Only this interval. */
  | { readonly kind: 'pick'; readonly row: number; readonly column: number }
  /** From `anchor` to `head`; the focus goes to `column`. */
  | { readonly kind: 'span'; readonly anchor: number; readonly head: number; readonly column: number }
  | { readonly kind: 'clear' };

/** Nothing is selected; the focus is on the newest interval. */
export const initialSelection = (columns: number): Selection => ({
  row: 0,
  column: Math.max(0, columns - 1),
  range: undefined,
  extending: false,
});

export function reduceSelection(selection: Selection, event: SelectionEvent): Selection {
  switch (event.kind) {
    case 'focus':
      return { ...selection, row: event.row, column: event.column, extending: false };
    case 'extend': {
      const anchor = selection.extending && selection.range ? selection.range.anchor : selection.column;
      return { row: event.row, column: event.column, range: { anchor, head: event.column }, extending: true };
    }
    case 'pick': {
      const { row, column } = event;
      return { row, column, range: { anchor: column, head: column }, extending: true };
    }
    case 'span': {
      const { anchor, head, column } = event;
      return { row: selection.row, column, range: { anchor, head }, extending: true };
    }
    case 'clear':
      return { ...selection, range: undefined, extending: false };
  }
}

/** The selected columns, in order. */
export function selectedColumns({ range }: Selection): Range | undefined {
  if (range === undefined) return undefined;
  return { first: Math.min(range.anchor, range.head), last: Math.max(range.anchor, range.head) };
}

/** The part of a range that lies in a block, as texts can be compared; undefined where none does. */
export function overlap(a: Range | undefined, b: Range): Range | undefined {
  if (a === undefined || a.last < b.first || a.first > b.last) return undefined;
  return { first: Math.max(a.first, b.first), last: Math.min(a.last, b.last) };
}

/** The same cells by their times, after the grid was read again and columns may have moved. */
export function moveSelection(
  selection: Selection,
  size: { readonly rows: number; readonly columns: number },
  newColumn: (column: number) => number,
): Selection {
  const column = (old: number): number => Math.max(0, Math.min(size.columns - 1, newColumn(old)));
  return {
    ...selection,
    row: Math.max(0, Math.min(size.rows - 1, selection.row)),
    column: column(selection.column),
    range: selection.range && {
      anchor: column(selection.range.anchor),
      head: column(selection.range.head),
    },
  };
}
