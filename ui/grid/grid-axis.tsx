import { useMemo } from 'preact/hooks';
import { axisOf } from './model/axis';
import type { GridModel } from './model/grid-model';
import { blockCount, columnsOf, PITCH, type Range } from './model/layout';

/** Months and days above the blocks that are in sight. */
export function GridAxis({
  model,
  visible,
}: {
  readonly model: GridModel;
  readonly visible: Range | undefined;
}) {
  const [first, last] = [visible?.first ?? 0, Math.min(visible?.last ?? -1, blockCount(model.columns) - 1)];
  const axis = useMemo(() => {
    const [from, to] = [columnsOf(first, model.columns).first, columnsOf(last, model.columns).last];
    return axisOf(model, { first: from, last: to });
  }, [model, first, last]);
  return (
    <div class="axis">
      {axis.spans.map((span) => (
        <div key={`s${span.first}`} class="axis-span" style={place(span.first, span.last)}>
          <span>{span.text}</span>
        </div>
      ))}
      {axis.ticks.map(({ column, text }) => (
        <div key={`t${column}`} class="axis-tick" style={{ left: `${column * PITCH}px` }}>
          {text}
        </div>
      ))}
    </div>
  );
}

const place = (first: number, last: number) => ({
  left: `${first * PITCH}px`,
  width: `${(last - first + 1) * PITCH}px`,
});
