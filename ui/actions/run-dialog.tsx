import { useId, useMemo, useState } from 'preact/hooks';
import type { Overview, RunPlanView, RunRequest } from '../../src/ui/api';
import { listed } from '../lib/format';
import { formatInterval } from '../lib/time';
import { useData } from '../lib/use-data';
import { ErrorNote } from '../parts/error-note';
import { ActionDialog } from './action-dialog';
import { Choice, Problems, ResourceChoice, TextField } from './fields';
import { readBindings } from './model/bindings';
import { type RunDraft, readRun } from './model/drafts';
import type { ActionDraft } from './open-action';
import { type Plan, usePlan } from './use-plan';

type RunOpening = Extract<ActionDraft, { readonly kind: 'run' }>;

const TIMES = [
  { value: 'now', text: 'What is new' },
  { value: 'logical-date', text: 'From a date till now' },
  { value: 'interval-at', text: 'The interval before a date' },
  { value: 'range', text: 'From – to' },
] as const;

/** Asks for what a run by hand loads, and shows its plan. */
export function RunDialog({ opening }: { readonly opening: RunOpening }) {
  const { pipeline } = opening;
  const { data } = useData<Overview>('/api/overview');
  const about = data?.pipelines.find((one) => one.pipeline === pipeline);
  const zone = about?.schedule?.zone ?? 'UTC';
  const [draft, setDraft] = useState<RunDraft>(() => draftOf(opening.request));
  const set = (patch: Partial<RunDraft>) => setDraft((before) => ({ ...before, ...patch }));
  const { request, problems } = useMemo(() => readRun(pipeline, draft), [pipeline, draft]);
  const full = request && { ...extrasOf(opening.request), ...request };
  const plan = usePlan<RunPlanView>('/api/plans/run', full);
  const ready = full !== undefined && plan.current && plan.error === undefined && plan.plan!.tasks.length > 0;
  return (
    <ActionDialog
      title={`Run ${pipeline}`}
      verb="Run now"
      wide
      action={ready ? { kind: 'run', request: full } : undefined}
      command={plan.current && plan.error === undefined ? plan.plan?.command : undefined}
    >
      <Choice
        label="What to load"
        value={draft.time}
        options={TIMES}
        first
        onValue={(time) => set({ time })}
      />
      <TimeFields draft={draft} zone={zone} set={set} />
      <ResourceChoice
        resources={about?.resources ?? []}
        chosen={draft.resources}
        onChosen={(resources) => set({ resources })}
      />
      <details class="more" open={draft.bind !== ''}>
        <summary>Parameters</summary>
        <BindField value={draft.bind} onValue={(bind) => set({ bind })} />
      </details>
      <Problems problems={problems} />
      <RunPlan plan={plan} zone={zone} undated={draft.time === 'now'} />
    </ActionDialog>
  );
}

function draftOf(request: RunRequest | undefined): RunDraft {
  const { logicalDate, intervalAt, from, to, resources = [], bind = {} } = request ?? {};
  const time = [
    logicalDate === undefined ? undefined : ('logical-date' as const),
    intervalAt === undefined ? undefined : ('interval-at' as const),
    from === undefined ? undefined : ('range' as const),
  ].find((kind) => kind !== undefined);
  const lines = Object.entries(bind).flatMap(([resource, parameters]) =>
    Object.entries(parameters).map(([name, value]) => `${resource}.${name}=${JSON.stringify(value)}`),
  );
  return {
    time: time ?? 'now',
    logicalDate: logicalDate ?? '',
    intervalAt: intervalAt ?? '',
    from: from ?? '',
    to: to ?? '',
    resources,
    bind: lines.join('\n'),
  };
}

/** What the fields don't show, and what was asked for all the same. */
function extrasOf(request: RunRequest | undefined): Pick<RunRequest, 'fullRefresh' | 'replace' | 'force'> {
  const { fullRefresh, replace, force } = request ?? {};
  return { fullRefresh, replace, force };
}

interface TimeFieldsProps {
  readonly draft: RunDraft;
  readonly zone: string;
  readonly set: (patch: Partial<RunDraft>) => void;
}

function TimeFields({ draft, zone, set }: TimeFieldsProps) {
  const hint = `In ${zone}: 2026-01-31 or 2026-01-31T06:30`;
  switch (draft.time) {
    case 'now':
      return null;
    case 'logical-date':
      return (
        <TextField
          label="Logical date"
          value={draft.logicalDate}
          hint={hint}
          onValue={(logicalDate) => set({ logicalDate })}
        />
      );
    case 'interval-at':
      return (
        <TextField
          label="Before"
          value={draft.intervalAt}
          hint={hint}
          onValue={(intervalAt) => set({ intervalAt })}
        />
      );
    case 'range':
      return (
        <div class="fields">
          <TextField label="From" value={draft.from} hint={hint} onValue={(from) => set({ from })} />
          <TextField label="To, exclusive" value={draft.to} onValue={(to) => set({ to })} />
        </div>
      );
  }
}

function BindField({ value, onValue }: { readonly value: string; readonly onValue: (text: string) => void }) {
  const id = useId();
  const { problems } = readBindings(value);
  return (
    <div class="field">
      <label for={id}>Bound for this run, one in a line</label>
      <textarea
        id={id}
        rows={3}
        value={value}
        spellcheck={false}
        placeholder={'repo.name="duckdb"\nrepo.limit=100'}
        aria-invalid={problems.length > 0}
        aria-describedby={`${id}-hint`}
        onInput={({ currentTarget }) => onValue(currentTarget.value)}
      />
      <span id={`${id}-hint`} class="hint">
        resource.parameter=JSON
      </span>
    </div>
  );
}

function RunPlan({
  plan: { plan, error, current, again },
  zone,
  undated,
}: {
  readonly plan: Plan<RunPlanView>;
  readonly zone: string;
  /** Whether no time was chosen. */
  readonly undated: boolean;
}) {
  return (
    <section class="plan" aria-label="Plan" aria-busy={!current}>
      {error === undefined ? null : <ErrorNote error={error} onRetry={again} />}
      {plan === undefined ? null : (
        <div class={current && error === undefined ? 'stack' : 'stack stale'}>
          <p role="status">
            {plan.interval === null ? (
              'A run without an interval'
            ) : (
              <strong>{formatInterval(plan.interval, zone)}</strong>
            )}
            , as <code>{plan.workflowId}</code>.
          </p>
          {plan.note === undefined ? null : (
            <p>
              {plan.note} {undated ? 'Here that is another choice of “What to load”.' : null}
            </p>
          )}
          <ul class="plan-chunks">
            {plan.tasks.map(({ name, resources }) => (
              <li key={name}>
                <span class="name">{name}</span>
                {resources.length === 1 && resources[0] === name ? null : (
                  <span class="dim"> {listed(resources)}</span>
                )}
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
