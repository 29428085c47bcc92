import { useRef } from 'preact/hooks';
import type { Calendar, CalendarCell } from './model/calendar';
import type { Range } from './model/layout';

interface CalendarDragOptions {
  readonly calendar: Calendar;
  readonly selected: Range | undefined;
  readonly pick: (cell: CalendarCell) => void;
  readonly extendTo: (cell: CalendarCell) => void;
  readonly onShow: (columns: Range, focus: boolean) => void;
}

/** Selects days by mouse: a click one, a drag or a click with Shift a range. A tap selects one. Then the grid shows them. */
export function useCalendarDrag(options: CalendarDragOptions) {
  const { calendar, selected, pick, extendTo, onShow } = options;
  const dragging = useRef<number | undefined>(undefined);
  const byMouse = useRef(false);

  const cellAt = (event: Event): CalendarCell | undefined => {
    const element = event.target instanceof Element ? event.target.closest('[data-index]') : null;
    return calendar.cells[Number(element?.getAttribute('data-index') ?? -1)];
  };
  const begin = (cell: CalendarCell, extend: boolean) => {
    if (extend) extendTo(cell);
    else pick(cell);
  };
  const end = () => {
    if (dragging.current !== undefined && selected !== undefined) onShow(selected, false);
    dragging.current = undefined;
  };
  return {
    onPointerDown(event: PointerEvent) {
      byMouse.current = event.pointerType === 'mouse' && event.button === 0;
      const cell = byMouse.current ? cellAt(event) : undefined;
      if (cell === undefined) return;
      dragging.current = cell.index;
      begin(cell, event.shiftKey);
    },
    onPointerOver(event: PointerEvent) {
      if (dragging.current === undefined) return;
      // the button was let go of elsewhere
      if (event.buttons === 0) return end();
      const cell = cellAt(event);
      if (cell === undefined || cell.index === dragging.current) return;
      dragging.current = cell.index;
      extendTo(cell);
    },
    onPointerUp: end,
    onPointerCancel: end,
    onClick(event: MouseEvent) {
      const cell = byMouse.current ? undefined : cellAt(event);
      if (cell === undefined) return;
      begin(cell, event.shiftKey);
      onShow(cell, false);
    },
  };
}
