import { Fragment } from 'preact';
import type { IntervalView } from '../../../src/ui/api';
import { StateBadge } from '../../parts/state-badge';

/** How each resource of the interval stands. */
export function IntervalCells({ cells }: { readonly cells: IntervalView['cells'] }) {
  return (
    <dl class="facts">
      {cells.map(({ resource, state, cause }) => (
        <Fragment key={resource}>
          <dt class="name">{resource}</dt>
          <dd>
            <StateBadge state={state} cause={state === 'left-out' ? undefined : cause} />
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}
