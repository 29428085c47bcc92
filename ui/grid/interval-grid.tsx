import type { Signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { GridAxis } from './grid-axis';
import { GridRow } from './grid-row';
import { cellFacts, type GridModel } from './model/grid-model';
import { keyCommand } from './model/keys';
import { mountedBlocks, PITCH, type Range, ROW_HEIGHT } from './model/layout';
import { type Selection, type SelectionEvent, selectedColumns } from './model/selection';
import { type Tip, tipOfCell } from './tip';
import { cellOf, useDrag } from './use-drag';
import { type GridViewport, useViewport } from './use-viewport';

interface IntervalGridProps {
  readonly model: GridModel;
  readonly selection: Selection;
  readonly dispatch: (event: SelectionEvent) => void;
  readonly tip: Signal<Tip | undefined>;
  readonly onOpen: (column: number) => void;
  readonly onGap: (direction: 1 | -1) => void;
  /** Where the focus should go: set when a column was reached otherwise than by the grid's own keys. */
  readonly target: Signal<GridTarget | undefined>;
}

/** Columns to be brought into sight, and whether the focus goes there. */
export interface GridTarget extends Range {
  readonly focus: boolean;
}

/** Resources × intervals. Only what is near the visible part is in the document. */
export function IntervalGrid(props: IntervalGridProps) {
  const { model, selection, dispatch, tip } = props;
  const box = useRef<HTMLDivElement>(null);
  const names = useRef<HTMLDivElement>(null);
  const viewport = useViewport({
    box,
    names,
    columns: model.columns,
    at: selection.column < model.columns - 1 ? selection.column : undefined,
    onScroll: () => followScroll(tip, box.current),
  });
  const wanted = useRef(false);
  const focusSoon = () => {
    wanted.current = true;
  };
  // in this order: the target asks for the focus that is then given
  useTarget({ target: props.target, viewport, focusSoon });
  useFocus({ box, wanted, selection, viewport });
  const drag = useDrag({ columns: model.columns, viewport, dispatch });

  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof Element) || event.target.closest('[role="gridcell"]') === null) return;
    const { key, shiftKey: shift, altKey: alt } = event;
    const command = keyCommand(
      { key, shift, alt, control: event.ctrlKey || event.metaKey },
      selection,
      model,
    );
    if (command === undefined) return;
    event.preventDefault();
    switch (command.kind) {
      case 'move':
        focusSoon();
        return dispatch({ ...command, kind: command.extend ? 'extend' : 'focus' });
      case 'gap':
        return props.onGap(command.direction);
      case 'select':
        return dispatch({ kind: 'pick', row: selection.row, column: selection.column });
      case 'open':
        return props.onOpen(selection.column);
      case 'clear':
        tip.value = undefined;
        return dispatch({ kind: 'clear' });
    }
  };
  const showTip = (event: Event) => {
    const cell = cellOf(event);
    if (cell === undefined) tip.value = undefined;
    else if (tip.peek()?.anchor !== cell.element)
      tip.value = tipOfCell(cell.element, cellFacts(model, cell.row, cell.column));
  };
  const hideTip = () => {
    tip.value = undefined;
  };

  const blocks = mountedBlocks(viewport.visible, selection.column, model.columns);
  const selected = selectedColumns(selection);
  const size = { '--tracks': `${model.columns * PITCH}px`, '--rows': `${model.rows * ROW_HEIGHT}px` };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what the cells of the grid within tell comes here
    <div
      ref={box}
      class="grid-box"
      onPointerDown={drag.onPointerDown}
      onPointerMove={(event) => {
        if (event.pointerType === 'mouse') showTip(event);
        drag.onPointerMove(event);
      }}
      onPointerUp={drag.onPointerUp}
      onPointerCancel={drag.onPointerUp}
      onClick={drag.onClick}
      onDblClick={() => props.onOpen(selection.column)}
      onPointerLeave={hideTip}
      onFocusIn={showTip}
      onFocusOut={hideTip}
      onKeyDown={onKeyDown}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a table can't leave out what is out of sight */}
      <div
        class="grid"
        role="grid"
        style={size}
        aria-label={`Intervals of ${model.view.pipeline}`}
        aria-rowcount={model.rows}
        aria-colcount={model.columns + 1}
        aria-multiselectable="true"
        aria-describedby="grid-keys"
      >
        <div class="grid-head" aria-hidden="true">
          <div ref={names} class="grid-name grid-corner">
            {model.view.zone}
          </div>
          <GridAxis model={model} visible={viewport.visible} />
        </div>
        {model.view.resources.map((resource, row) => (
          <GridRow
            key={`${resource.source}\n${resource.resource}`}
            model={model}
            row={row}
            blocks={blocks}
            selected={selected}
            active={selection.row === row ? selection.column : undefined}
          />
        ))}
        {selected === undefined ? null : <SelectionBand selected={selected} />}
      </div>
    </div>
  );
}

function SelectionBand({ selected: { first, last } }: { readonly selected: Range }) {
  const style = { '--at': `${first * PITCH}px`, '--wide': `${(last - first + 1) * PITCH}px` };
  return <div class="grid-band" role="presentation" style={style} />;
}

type Box = { readonly current: HTMLDivElement | null };

/** Brings the active cell into sight and gives it the focus, where that is wanted. */
function useFocus(options: {
  readonly box: Box;
  readonly wanted: { current: boolean };
  readonly selection: Selection;
  readonly viewport: GridViewport;
}): void {
  const { box, wanted, selection, viewport } = options;
  const { row, column } = selection;
  useLayoutEffect(() => {
    if (!wanted.current) return;
    const cell = box.current?.querySelector<HTMLElement>(
      `[aria-rowindex="${row + 1}"] [aria-colindex="${column + 2}"]`,
    );
    if (!cell) return;
    wanted.current = false;
    viewport.reveal(column);
    cell.focus({ preventScroll: true });
  });
}

/** Scrolls to where one came from the calendar or by a jump. */
function useTarget(options: {
  readonly target: Signal<GridTarget | undefined>;
  readonly viewport: GridViewport;
  readonly focusSoon: () => void;
}): void {
  const { target, viewport, focusSoon } = options;
  const at = target.value;
  useLayoutEffect(() => {
    if (at === undefined) return;
    viewport.revealRange(at);
    if (at.focus) focusSoon();
  }, [at]);
}

/** The tip of the cell with the focus goes along with it, any other goes away. */
function followScroll(tip: Signal<Tip | undefined>, box: HTMLElement | null): void {
  const shown = tip.peek();
  if (shown === undefined || !box?.contains(shown.anchor)) return;
  tip.value = shown.anchor === document.activeElement ? { ...shown } : undefined;
}
