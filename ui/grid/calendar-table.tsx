import { Component } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Calendar, CalendarCell, CalendarSheet } from './model/calendar';
import { KINDS } from './model/kinds';
import { PITCH, type Range } from './model/layout';
import { overlap } from './model/selection';

interface TableProps {
  readonly kind: Calendar['kind'];
  readonly sheet: CalendarSheet;
  readonly pipeline: string;
  readonly selected: Range | undefined;
  /** The cell that the Tab key finds, if it is one of these. */
  readonly active: number | undefined;
}

/** A sheet with its title. Its cells come into the document when it comes near, and stay. */
export function CalendarSheetView({ active, selected, ...rest }: TableProps) {
  const { sheet, kind } = rest;
  const ref = useRef<HTMLElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const near = useNear(ref);
  const [first, last] = [sheet.cells[0], sheet.cells.at(-1)];
  const hasActive =
    active !== undefined && first !== undefined && active >= first.index && active <= last!.index;
  const shown = near || hasActive;
  useLayoutEffect(() => {
    // where it is too wide, its newest cells are seen first
    if (shown && box.current !== null && kind === 'days')
      box.current.scrollLeft = newestAt(sheet, box.current);
  }, [shown, kind, sheet.title]);
  const own = first && overlap(selected, { first: first.first, last: last!.last });
  return (
    <section ref={ref} class="sheet" style={{ '--slots': sheet.slots, '--lines': sheet.rowTitles.length }}>
      <h2>{sheet.title}</h2>
      <div ref={box} class="sheet-box">
        {shown ? <CalendarTable {...rest} active={hasActive ? active : undefined} selected={own} /> : null}
      </div>
    </section>
  );
}

class CalendarTable extends Component<TableProps> {
  override shouldComponentUpdate(next: TableProps): boolean {
    const { sheet, active, selected } = this.props;
    return (
      !sameSheet(next.sheet, sheet) ||
      next.active !== active ||
      next.selected?.first !== selected?.first ||
      next.selected?.last !== selected?.last
    );
  }

  render() {
    const { kind, sheet, pipeline, selected, active } = this.props;
    const rows: CalendarCell[][] = sheet.rowTitles.map(() => []);
    for (const cell of sheet.cells) rows[cell.row]?.push(cell);
    return (
      // biome-ignore lint/a11y/useSemanticElements: its cells are one grid, entered once by the Tab key
      <div
        role="grid"
        class="sheet-grid"
        aria-label={`${kind === 'days' ? 'Days' : 'Intervals'} of ${pipeline}, ${sheet.title}`}
        aria-rowcount={rows.length}
        aria-colcount={sheet.slots + 1}
        aria-multiselectable="true"
      >
        <div class="sheet-months" aria-hidden="true">
          {sheet.months.map(({ slot, text }) => (
            <span key={text} style={{ '--slot': slot }}>
              {text}
            </span>
          ))}
        </div>
        {rows.map((cells, row) => (
          // biome-ignore lint/a11y/useSemanticElements: as above
          // biome-ignore lint/a11y/useFocusableInteractive: its cells have the focus
          <div key={sheet.rowTitles[row]} role="row" class="sheet-row" aria-rowindex={row + 1}>
            {/* biome-ignore lint/a11y/useSemanticElements: as above */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
            <div role="rowheader" class="sheet-name" aria-colindex={1}>
              {sheet.rowTitles[row]}
            </div>
            {cells.map((cell) => this.#cell(cell, selected, active))}
          </div>
        ))}
      </div>
    );
  }

  #cell(cell: CalendarCell, selected: Range | undefined, active: number | undefined) {
    const isSelected = selected !== undefined && cell.first <= selected.last && cell.last >= selected.first;
    const has = KINDS.filter((kind) => cell.counts[kind] > 0).map((kind) => `has-${kind}`);
    return (
      // biome-ignore lint/a11y/useSemanticElements: as above
      <div
        key={cell.index}
        role="gridcell"
        class={`day k-${cell.worst} q${cell.quarters} ${has.join(' ')}`}
        style={{ '--slot': cell.slot }}
        data-index={cell.index}
        aria-colindex={cell.slot + 2}
        aria-label={cell.label}
        aria-selected={isSelected}
        tabIndex={cell.index === active ? 0 : -1}
      />
    );
  }
}

/** Room for the names of its rows, and a week more than is needed. */
const BESIDE = 40 + PITCH;

function newestAt({ cells }: CalendarSheet, { clientWidth }: Element): number {
  return BESIDE + ((cells.at(-1)?.slot ?? 0) + 1) * PITCH - clientWidth;
}

/** Whether two readings of a sheet show the same. */
function sameSheet(a: CalendarSheet, b: CalendarSheet): boolean {
  if (a === b) return true;
  if (a.title !== b.title || a.slots !== b.slots || a.cells.length !== b.cells.length) return false;
  return a.cells.every((cell, place) => {
    const other = b.cells[place]!;
    return (
      cell.index === other.index &&
      cell.first === other.first &&
      cell.label === other.label &&
      cell.worst === other.worst
    );
  });
}

/** Whether the element has been near what is in sight. */
function useNear(ref: { readonly current: Element | null }): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (near || ref.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setNear(true);
      },
      { rootMargin: '600px' },
    );
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, [near, ref]);
  return near;
}
