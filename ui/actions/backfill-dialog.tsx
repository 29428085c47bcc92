import { useMemo, useState } from 'preact/hooks';
import type { BackfillPlanView, Overview } from '../../src/ui/api';
import { plural } from '../lib/format';
import { useData } from '../lib/use-data';
import { ActionDialog } from './action-dialog';
import { BackfillPlan } from './backfill-plan';
import { Choice, Problems, ResourceChoice, TextField } from './fields';
import { type BackfillDraft, readBackfill, wholeNumber } from './model/drafts';
import { typedDate } from './model/typed-date';
import type { ActionDraft } from './open-action';
import { usePlan } from './use-plan';

type BackfillOpening = Extract<ActionDraft, { readonly kind: 'backfill' }>;

const SELECTIONS = [
  { value: 'missing', text: 'What is missing' },
  { value: 'failed', text: 'Only what failed' },
  { value: 'all', text: 'All, loaded or not' },
] as const;

const ORDERS = [
  { value: 'oldest', text: 'Oldest first' },
  { value: 'newest', text: 'Newest first' },
] as const;

/** Asks what to backfill, and shows what that would load while one types. */
export function BackfillDialog({ opening }: { readonly opening: BackfillOpening }) {
  const { pipeline, range, select = 'missing', resources = [] } = opening;
  const { data } = useData<Overview>('/api/overview');
  const about = data?.pipelines.find((one) => one.pipeline === pipeline);
  const zone = range?.zone ?? about?.schedule?.zone ?? 'UTC';
  const [typed, setTyped] = useState<Partial<BackfillDraft>>({});
  const draft: BackfillDraft = {
    from: range === undefined ? '' : typedDate(range.start, zone),
    to: range === undefined ? '' : typedDate(range.end, zone),
    select,
    chunk: '',
    group: '',
    parallel: '',
    order: 'oldest',
    resources,
    ...typed,
  };
  const set = (patch: Partial<BackfillDraft>) => setTyped((before) => ({ ...before, ...patch }));
  const { request, problems } = useMemo(
    () => readBackfill(pipeline, draft),
    [pipeline, JSON.stringify(draft)],
  );
  const plan = usePlan<BackfillPlanView>('/api/plans/backfill', request);
  const ready = request !== undefined && plan.current && plan.error === undefined && plan.plan!.total > 0;
  return (
    <ActionDialog
      title={`Backfill ${pipeline}`}
      verb={ready ? startVerb(plan.plan!.total) : 'Start the backfill'}
      wide
      action={ready ? { kind: 'backfill', request } : undefined}
      command={plan.current && plan.error === undefined ? plan.plan?.command : undefined}
    >
      <div class="fields">
        <TextField
          label="From"
          value={draft.from}
          placeholder="the schedule’s start"
          hint={`In ${zone}`}
          onValue={(from) => set({ from })}
        />
        <TextField
          label="To, exclusive"
          value={draft.to}
          placeholder="the last complete interval"
          hint="2026-01-31 or 2026-01-31T06:30"
          onValue={(to) => set({ to })}
        />
      </div>
      <Choice
        label="What to load"
        value={draft.select}
        options={SELECTIONS}
        first
        onValue={(value) => set({ select: value })}
      />
      <ResourceChoice
        resources={about?.resources ?? []}
        chosen={draft.resources}
        onChosen={(chosen) => set({ resources: chosen })}
      />
      <details class="more">
        <summary>How it runs</summary>
        <div class="fields">
          <TextField
            label="At a time"
            value={draft.parallel}
            placeholder="1"
            hint="Runs that load at the same time"
            numeric
            wrong={wholeNumber(draft.parallel) === 'wrong'}
            onValue={(parallel) => set({ parallel })}
          />
          <TextField
            label="Intervals in a run"
            value={draft.group}
            placeholder="1"
            hint="Neighbours that one run loads, each by itself"
            numeric
            wrong={wholeNumber(draft.group) === 'wrong'}
            onValue={(group) => set({ group })}
          />
          <TextField
            label="Cut into"
            value={draft.chunk}
            placeholder="cron"
            hint="cron, 1d, P1M, month, or how many parts"
            onValue={(chunk) => set({ chunk })}
          />
          <Choice label="Order" value={draft.order} options={ORDERS} onValue={(order) => set({ order })} />
        </div>
      </details>
      <Problems problems={problems} />
      <BackfillPlan plan={plan} zone={zone} />
    </ActionDialog>
  );
}

const startVerb = (total: number): string => `Load ${plural(total, 'interval')}`;
