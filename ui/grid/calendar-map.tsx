import type { Signal } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { CalendarSheetView } from './calendar-table';
import { type CalendarCell, calendarMove, calendarOf, cellOfColumn, spanOfCells } from './model/calendar';
import type { GridModel } from './model/grid-model';
import type { Range } from './model/layout';
import { type Selection, type SelectionEvent, selectedColumns } from './model/selection';
import type { Tip } from './tip';
import { useCalendarDrag } from './use-calendar-drag';

interface CalendarMapProps {
  readonly model: GridModel;
  readonly selection: Selection;
  readonly dispatch: (event: SelectionEvent) => void;
  readonly tip: Signal<Tip | undefined>;
  /** These columns should be seen in the grid; `focus`: and one goes there. */
  readonly onShow: (columns: Range, focus: boolean) => void;
  /** To the next gap from a column on: whether there is one. */
  readonly onGap: (direction: 1 | -1, column: number) => boolean;
}

/** Days, or intervals of a week or longer, as a heat map. Selects as the grid does, by whole days. */
export function CalendarMap(props: CalendarMapProps) {
  const { model, selection, dispatch, tip, onShow } = props;
  const calendar = useMemo(() => calendarOf(model), [model]);
  const box = useRef<HTMLDivElement>(null);
  const focusSoon = useRef(false);
  const active = cellOfColumn(calendar, selection.column);
  const selected = selectedColumns(selection);

  const extendTo = (target: CalendarCell) => {
    if (active === undefined) return;
    const { range, extending } = selection;
    const from = (extending && range && cellOfColumn(calendar, range.anchor)) || active;
    dispatch({ kind: 'span', ...spanOfCells(from, target), column: target.first });
  };
  const pick = (target: CalendarCell) =>
    dispatch({ kind: 'span', ...spanOfCells(target, target), column: target.first });
  const drag = useCalendarDrag({ calendar, selected, pick, extendTo, onShow });

  useLayoutEffect(() => {
    const cell = focusSoon.current ? box.current?.querySelector<HTMLElement>('[tabindex="0"]') : undefined;
    if (!cell) return;
    focusSoon.current = false;
    cell.focus();
  });

  useLayoutEffect(() => {
    // what an address selects may be of a year that is far below
    if (selected !== undefined && box.current !== null) centreActive(box.current);
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (active === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    if (command(event.key, active)) return event.preventDefault();
    const target = calendar.cells[calendarMove(calendar, active.index, event.key) ?? -1];
    if (target === undefined) return;
    event.preventDefault();
    focusSoon.current = true;
    if (event.shiftKey) extendTo(target);
    else dispatch({ kind: 'focus', row: selection.row, column: target.first });
  };
  const command = (key: string, at: CalendarCell): boolean => {
    if (key === 'Enter') onShow(at, true);
    else if (key === 'Escape') dispatch({ kind: 'clear' });
    else if (key === 'n') focusSoon.current = props.onGap(1, at.last);
    else if (key === 'p') focusSoon.current = props.onGap(-1, at.first);
    else if (key === ' ') {
      pick(at);
      onShow(at, false);
    } else return false;
    return true;
  };
  const showTip = (event: Event) => {
    const element = event.target instanceof Element ? event.target.closest('[data-index]') : null;
    const cell = calendar.cells[Number(element?.getAttribute('data-index') ?? -1)];
    if (element === null || cell === undefined) tip.value = undefined;
    else if (tip.peek()?.anchor !== element) tip.value = tipOfCalendar(element, cell);
  };
  const hideTip = () => {
    tip.value = undefined;
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its tables are grids, and what they tell comes here
    <div
      ref={box}
      class="calendar"
      {...drag}
      onKeyDown={onKeyDown}
      onPointerMove={(event) => event.pointerType === 'mouse' && showTip(event)}
      onPointerLeave={hideTip}
      onFocusIn={showTip}
      onFocusOut={hideTip}
      onDblClick={() => active !== undefined && onShow(active, true)}
    >
      {calendar.sheets.map((sheet) => (
        <CalendarSheetView
          key={sheet.title}
          kind={calendar.kind}
          sheet={sheet}
          pipeline={model.view.pipeline}
          selected={selected}
          active={active?.index}
        />
      ))}
    </div>
  );
}

/** Scrolls the calendar, and the year in it, until the cell that the Tab key finds is in the middle; the page stays. */
function centreActive(box: HTMLElement): void {
  const cell = box.querySelector('[tabindex="0"]');
  const year = cell?.closest('.sheet-box');
  if (!cell || !year) return;
  const at = cell.getBoundingClientRect();
  box.scrollTop += at.top - box.getBoundingClientRect().top - box.clientHeight / 2;
  year.scrollLeft += at.left - year.getBoundingClientRect().left - year.clientWidth / 2;
}

function tipOfCalendar(anchor: Element, { label, worst }: CalendarCell): Tip {
  const at = label.lastIndexOf(': ');
  return { anchor, kind: worst, title: label.slice(0, at), lines: [label.slice(at + 2)] };
}
