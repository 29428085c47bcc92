import { plural } from '../lib/format';
import { columnsText, type GridModel } from './model/grid-model';
import { countKinds, countsText } from './model/kinds';
import type { Range } from './model/layout';

interface SelectionBarProps {
  readonly model: GridModel;
  readonly selected: Range;
  readonly onBackfill: () => void;
  readonly backfillText: string;
  readonly onOpen: () => void;
  readonly onClear: () => void;
}

/** "12 intervals, 2023-05-07 to 2023-07-30: 1 failed, 3 missing" */
export function selectionText(model: GridModel, { first, last }: Range): string {
  const counts = countsText(countKinds(model.view, first, last));
  return `${plural(last - first + 1, 'interval')}, ${columnsText(model, first, last)}: ${counts}`;
}

/** What is selected, and what can be done with it. */
export function SelectionBar(props: SelectionBarProps) {
  const { model, selected, onBackfill, backfillText, onOpen, onClear } = props;
  const single = selected.first === selected.last;
  return (
    <section class="selection-bar" aria-label="Selection">
      <p>{selectionText(model, selected)}</p>
      <div class="row">
        <button type="button" class="primary" onClick={onBackfill}>
          {backfillText}
        </button>
        <button type="button" onClick={onOpen}>
          {single ? 'Open' : 'Open the first'}
        </button>
        <button type="button" onClick={onClear}>
          Clear
        </button>
      </div>
    </section>
  );
}
