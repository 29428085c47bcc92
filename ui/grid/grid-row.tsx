import { GridBlock } from './grid-block';
import type { GridModel } from './model/grid-model';
import { blockOf, columnsOf, type Range } from './model/layout';
import { overlap } from './model/selection';

interface GridRowProps {
  readonly model: GridModel;
  readonly row: number;
  readonly blocks: readonly number[];
  readonly selected: Range | undefined;
  /** The column of the cell that the Tab key finds, if it is in this row. */
  readonly active: number | undefined;
}

/** A resource and its cells, as far as they are in sight. */
export function GridRow({ model, row, blocks, selected, active }: GridRowProps) {
  const { resource, source, reached } = model.view.resources[row]!;
  const several = model.view.resources.some((other) => other.source !== source);
  const title = [several ? `${source}: ${resource}` : resource, reached ? '' : 'no interval reaches it']
    .filter(Boolean)
    .join(', ');
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table can't leave out what is out of sight
    // biome-ignore lint/a11y/useFocusableInteractive: its cells have the focus
    <div role="row" class="grid-row" aria-rowindex={row + 1}>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
      <div role="rowheader" class="grid-name" aria-colindex={1} title={title}>
        {resource}
      </div>
      <div role="presentation" class="grid-tracks">
        {blocks.map((block) => (
          <GridBlock
            key={block}
            model={model}
            row={row}
            block={block}
            selected={overlap(selected, columnsOf(block, model.columns))}
            active={active !== undefined && blockOf(active) === block ? active : undefined}
          />
        ))}
      </div>
    </div>
  );
}
