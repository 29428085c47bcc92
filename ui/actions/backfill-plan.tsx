import type { BackfillPlanView } from '../../src/ui/api';
import { listed, plural } from '../lib/format';
import { formatDuration, formatInterval } from '../lib/time';
import { ErrorNote } from '../parts/error-note';
import type { Plan } from './use-plan';

/** So many are listed. */
const SHOWN = 8;

/** What a backfill would load. */
export function BackfillPlan(props: { readonly plan: Plan<BackfillPlanView>; readonly zone: string }) {
  const { plan, error, current, again } = props.plan;
  return (
    <section class="plan" aria-label="Plan" aria-busy={!current}>
      {error === undefined ? null : <ErrorNote error={error} onRetry={again} />}
      {plan === undefined ? (
        error === undefined ? (
          <p role="status">Planning…</p>
        ) : null
      ) : (
        <div class={current && error === undefined ? 'stack' : 'stack stale'}>
          <PlanText plan={plan} zone={props.zone} />
        </div>
      )}
    </section>
  );
}

function PlanText({ plan, zone }: { readonly plan: BackfillPlanView; readonly zone: string }) {
  const { total, range, chunks, leftOut } = plan;
  const hidden = total - Math.min(chunks.length, SHOWN);
  return (
    <>
      <p role="status">
        {total === 0 ? (
          <>Nothing to load in {formatInterval(range, zone)}.</>
        ) : (
          <>
            <strong>{plural(total, 'interval')}</strong> of {formatInterval(range, zone)} to load
            {estimateText(plan)}.
          </>
        )}
      </p>
      {chunks.length === 0 ? null : (
        <ol class="plan-chunks">
          {chunks.slice(0, SHOWN).map(({ interval, intervals, why }) => (
            <li key={interval.start}>
              <span class="nowrap">{formatInterval(interval, zone)}</span>
              {intervals > 1 ? `, ${plural(intervals, 'interval')}` : ''}
              {why === undefined ? null : <span class="dim"> {why}</span>}
            </li>
          ))}
        </ol>
      )}
      {chunks.length > 0 && hidden > 0 ? <p class="dim">and {plural(hidden, 'more', 'more')}</p> : null}
      {leftOut.length === 0 ? null : (
        <p class="dim">
          Left to live runs, for no interval reaches {leftOut.length === 1 ? 'it' : 'them'}: {listed(leftOut)}
          .
        </p>
      )}
    </>
  );
}

function estimateText({ estimateMs, estimatedFrom }: BackfillPlanView): string {
  if (estimateMs === undefined) return '';
  return `, about ${formatDuration(estimateMs)} by ${plural(estimatedFrom, 'past interval')}`;
}
