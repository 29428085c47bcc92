import { useEffect, useMemo, useRef } from 'preact/hooks';
import { columnAt, PITCH } from './model/layout';
import type { SelectionEvent } from './model/selection';
import type { GridViewport } from './use-viewport';

interface DragOptions {
  readonly columns: number;
  readonly viewport: Pick<GridViewport, 'trackX'>;
  readonly dispatch: (event: SelectionEvent) => void;
}

interface DragHandlers {
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: (event: PointerEvent) => void;
  readonly onClick: (event: MouseEvent) => void;
}

/** How near the border of the box a drag makes it scroll, and how far in a frame, in pixels. */
const EDGE = 28;
const STEP = 14;
/** Less than this, in pixels, is a click. */
const MOVED = 4;

/** The cell that an event comes from; the room around a cell is its own. */
export function cellOf(
  event: Event,
): { readonly row: number; readonly column: number; readonly element: Element } | undefined {
  const target = event.target instanceof Element ? event.target : undefined;
  const row = target?.closest('[role="row"]');
  const element = target?.closest('[role="gridcell"]') ?? (row && cellBelow(event, row));
  if (!row || !element) return undefined;
  return {
    element,
    column: Number(element.getAttribute('aria-colindex')) - 2,
    row: Number(row.getAttribute('aria-rowindex')) - 1,
  };
}

function cellBelow(event: Event, row: Element): Element | null {
  const tracks = row.querySelector('.grid-tracks');
  if (tracks === null || !(event instanceof MouseEvent) || !tracks.contains(event.target as Node))
    return null;
  const column = Math.floor((event.clientX - tracks.getBoundingClientRect().left) / PITCH);
  return row.querySelector(`[aria-colindex="${column + 2}"]`);
}

/** Selects by mouse: a click one interval, a drag or a click with Shift a range. A finger's drag scrolls; its tap selects one. */
export function useDrag(options: DragOptions): DragHandlers {
  const latest = useRef(options);
  latest.current = options;
  const drag = useMemo(() => dragHandlers(() => latest.current), []);
  useEffect(() => drag.stop, [drag]);
  return drag.handlers;
}

function dragHandlers(options: () => DragOptions): {
  readonly handlers: DragHandlers;
  readonly stop: () => void;
} {
  let from: { readonly row: number; readonly box: Element; readonly x: number; column: number } | undefined;
  let x = 0;
  let frame: number | undefined;
  let byMouse = false;

  const stop = () => {
    from = undefined;
    if (frame !== undefined) cancelAnimationFrame(frame);
    frame = undefined;
  };
  const follow = () => {
    frame = undefined;
    if (from === undefined) return;
    const { columns, viewport, dispatch } = options();
    const { right } = from.box.getBoundingClientRect();
    const inSight = viewport.trackX(x) - from.box.scrollLeft;
    const by = x > right - EDGE ? STEP : inSight < EDGE ? -STEP : 0;
    from.box.scrollLeft += by;
    const column = columnAt(viewport.trackX(x), columns);
    if (column !== from.column) dispatch({ kind: 'extend', row: from.row, column });
    from.column = column;
    if (by !== 0) frame = requestAnimationFrame(follow);
  };
  const handlers: DragHandlers = {
    onPointerDown(event) {
      byMouse = event.pointerType === 'mouse' && event.button === 0;
      const cell = byMouse ? cellOf(event) : undefined;
      if (cell === undefined || !(event.currentTarget instanceof Element)) return;
      const { row, column } = cell;
      options().dispatch({ kind: event.shiftKey ? 'extend' : 'pick', row, column });
      from = { row, column, box: event.currentTarget, x: event.clientX };
    },
    onPointerMove(event) {
      if (from === undefined) return;
      x = event.clientX;
      if (!from.box.hasPointerCapture(event.pointerId) && Math.abs(x - from.x) < MOVED) return;
      // from now on, so that a plain click stays one of its cell
      from.box.setPointerCapture(event.pointerId);
      frame ??= requestAnimationFrame(follow);
    },
    onPointerUp: stop,
    onClick(event) {
      const cell = byMouse ? undefined : cellOf(event);
      if (cell !== undefined)
        options().dispatch({ kind: event.shiftKey ? 'extend' : 'pick', row: cell.row, column: cell.column });
    },
  };
  return { handlers, stop };
}
