import { Component } from 'preact';
import { cellLabel, type GridModel } from './model/grid-model';
import { kindAt } from './model/kinds';
import { columnsOf, PITCH, type Range } from './model/layout';

interface BlockProps {
  readonly model: GridModel;
  readonly row: number;
  readonly block: number;
  /** The selected columns of this block. */
  readonly selected: Range | undefined;
  /** The column of the cell that the Tab key finds, if it is one of these. */
  readonly active: number | undefined;
}

/** Cells of one resource over the intervals of a block. Renders again only where what it shows is another. */
export class GridBlock extends Component<BlockProps> {
  override shouldComponentUpdate(next: BlockProps): boolean {
    const { props } = this;
    return (
      next.row !== props.row ||
      next.block !== props.block ||
      next.active !== props.active ||
      next.selected?.first !== props.selected?.first ||
      next.selected?.last !== props.selected?.last ||
      (next.model !== props.model && !showsTheSame(next, props))
    );
  }

  render() {
    const { model, row, block, selected, active } = this.props;
    const { first, last } = columnsOf(block, model.columns);
    const cells = [];
    for (let column = first; column <= last; column += 1) {
      const isSelected = selected !== undefined && column >= selected.first && column <= selected.last;
      cells.push(
        // biome-ignore lint/a11y/useSemanticElements: a table can't leave out what is out of sight
        <div
          key={column}
          role="gridcell"
          class={`cell k-${kindAt(model.view, row, column)}`}
          aria-colindex={column + 2}
          aria-label={cellLabel(model, row, column)}
          aria-selected={isSelected}
          tabIndex={column === active ? 0 : -1}
        />,
      );
    }
    const style = { left: `${first * PITCH}px`, width: `${(last - first + 1) * PITCH}px` };
    return (
      <div role="presentation" class="grid-block" style={style}>
        {cells}
      </div>
    );
  }
}

function showsTheSame(a: BlockProps, b: BlockProps): boolean {
  const { first, last } = columnsOf(a.block, a.model.columns);
  const { first: otherFirst, last: otherLast } = columnsOf(b.block, b.model.columns);
  if (first !== otherFirst || last !== otherLast || a.model.view.zone !== b.model.view.zone) return false;
  const [one, other] = [a.model.view, b.model.view];
  if (one.resources[a.row]?.resource !== other.resources[b.row]?.resource) return false;
  const same = <T,>(mine: ArrayLike<T> | undefined, theirs: ArrayLike<T> | undefined): boolean => {
    for (let column = first; column <= last; column += 1)
      if (mine?.[column] !== theirs?.[column]) return false;
    return true;
  };
  return (
    same(one.starts, other.starts) &&
    same(one.ends, other.ends) &&
    same(one.states[a.row], other.states[b.row]) &&
    same(one.causes[a.row], other.causes[b.row]) &&
    same(one.rows[a.row], other.rows[b.row]) &&
    same(one.seconds, other.seconds) &&
    same(one.attempts[a.row], other.attempts[b.row])
  );
}
