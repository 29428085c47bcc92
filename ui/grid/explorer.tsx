import { useSignal } from '@preact/signals';
import { useCallback, useMemo, useState } from 'preact/hooks';
import type { GridView } from '../../src/ui/api';
import { query, setQuery } from '../lib/router';
import { instantOf } from '../lib/time';
import { Announcer } from './announcer';
import { CalendarMap } from './calendar-map';
import { type GridTarget, IntervalGrid } from './interval-grid';
import { Legend } from './legend';
import { CALENDAR_FROM } from './model/calendar';
import { gridModel, nextGap } from './model/grid-model';
import { isGap, KIND_NAME, KINDS, type Kind } from './model/kinds';
import type { Range } from './model/layout';
import { selectedColumns } from './model/selection';
import { SelectionBar, selectionText } from './selection-bar';
import { type Tip, TipLayer } from './tip';
import { useAddress } from './use-address';
import { useGapKeys } from './use-gap-keys';
import { useSelection } from './use-selection';
import './cells.css';
import './grid.css';
import './calendar.css';

interface ExplorerProps {
  readonly view: GridView;
  readonly backfillText: string;
  /** Opens the interval that starts at that instant. */
  readonly onOpen: (start: string) => void;
  /** The selected range, as UTC seconds. */
  readonly onBackfill: (range: { readonly start: number; readonly end: number }) => void;
}

/** The intervals of a pipeline: calendar, grid, what they mean, and what is selected. */
export function IntervalExplorer({ view, backfillText, onOpen, onBackfill }: ExplorerProps) {
  const model = useMemo(() => gridModel(view), [view]);
  const [selection, dispatch] = useSelection(model);
  const [only, setOnly] = useState<Kind | undefined>(undefined);
  const tip = useSignal<Tip | undefined>(undefined);
  const target = useSignal<GridTarget | undefined>(undefined);
  const selected = selectedColumns(selection);
  const writeAddress = useAddress(model, selected, dispatch);
  const withCalendar =
    (query.value['view'] ?? (model.columns > CALENDAR_FROM ? 'calendar' : 'grid')) === 'calendar';

  const open = (column: number) => {
    const start = view.starts[column];
    if (start === undefined) return;
    writeAddress();
    onOpen(instantOf(start));
  };
  const toGap = (direction: 1 | -1, column: number, focus: boolean): boolean => {
    const found = nextGap({ model, column, direction, only });
    if (found === undefined) return false;
    dispatch({ kind: 'focus', row: found.row, column: found.column });
    target.value = { first: found.column, last: found.column, focus };
    return true;
  };
  const show = useCallback(
    ({ first, last }: Range, focus: boolean) => {
      target.value = { first, last, focus };
    },
    [target],
  );
  const backfill = () => {
    if (selected === undefined) return;
    onBackfill({ start: view.starts[selected.first]!, end: view.ends[selected.last]! });
  };
  useGapKeys((direction) => toGap(direction, selection.column, true));
  const none = KINDS.every(
    (kind) => (only === undefined ? !isGap(kind) : kind !== only) || model.counts[kind] === 0,
  );
  const gapName = only === undefined ? 'gap' : KIND_NAME[only];
  return (
    <section class="explorer" data-only={only} aria-label="Intervals">
      <div class="explorer-tools">
        <Legend counts={model.counts} only={only} onOnly={setOnly} />
        <div class="row">
          <button
            type="button"
            disabled={none}
            onClick={() => toGap(-1, selection.column, true)}
            aria-keyshortcuts="p"
          >
            <span aria-hidden="true">←</span> Previous {gapName} <kbd>p</kbd>
          </button>
          <button
            type="button"
            disabled={none}
            onClick={() => toGap(1, selection.column, true)}
            aria-keyshortcuts="n"
          >
            Next {gapName} <span aria-hidden="true">→</span> <kbd>n</kbd>
          </button>
          <button
            type="button"
            aria-pressed={withCalendar}
            onClick={() => setQuery({ view: withCalendar ? 'grid' : 'calendar' })}
          >
            Calendar
          </button>
        </div>
      </div>
      {withCalendar ? (
        <CalendarMap
          model={model}
          selection={selection}
          dispatch={dispatch}
          tip={tip}
          onShow={show}
          onGap={(direction, column) => toGap(direction, column, false)}
        />
      ) : null}
      <IntervalGrid
        model={model}
        selection={selection}
        dispatch={dispatch}
        tip={tip}
        target={target}
        onOpen={open}
        onGap={(direction) => toGap(direction, selection.column, true)}
      />
      <p id="grid-keys" class="dim hint">
        In the grid arrow keys move, Shift selects, Enter opens, Escape clears; n and p go to the next and
        previous gap from everywhere.
      </p>
      {selected === undefined ? null : (
        <SelectionBar
          model={model}
          selected={selected}
          backfillText={backfillText}
          onBackfill={backfill}
          onOpen={() => open(selected.first)}
          onClear={() => dispatch({ kind: 'clear' })}
        />
      )}
      <Announcer text={selected === undefined ? '' : selectionText(model, selected)} />
      <TipLayer tip={tip} />
    </section>
  );
}
