import type { IntervalView } from '../../../src/ui/api';
import { webUrl } from '../../actions';
import { formatCount } from '../../lib/format';
import { formatDuration, formatTime } from '../../lib/time';
import { ErrorNote } from '../../parts/error-note';
import { RunBadge } from '../../parts/state-badge';
import { Table } from '../../parts/table';

type Run = NonNullable<IntervalView['run']>;

/** The newest run of an interval: its components, their attempts and errors. */
export function RunPart({ run, zone }: { readonly run: Run; readonly zone: string }) {
  const url = webUrl(run.url);
  return (
    <section class="card stack" aria-labelledby="interval-run">
      <div class="load-head">
        <h2 id="interval-run">
          Newest run <RunBadge status={run.status} />
        </h2>
        <p class="dim">
          <code class="name">{run.workflowId}</code>, {timesText(run, zone)}
          {url === undefined ? null : (
            <>
              ,{' '}
              <a href={url} target="_blank" rel="noreferrer">
                in Temporal’s UI
              </a>
            </>
          )}
        </p>
      </div>
      <ErrorNote error={run.error} />
      <Table
        caption="Components of the run"
        rows={run.tasks}
        empty="It has no components."
        columns={[
          { key: 'name', title: 'Component', heads: true, cell: ({ name }) => name },
          { key: 'phase', title: 'Phase', cell: ({ phase }) => <PhaseBadge phase={phase} /> },
          { key: 'attempt', title: 'Attempt', numeric: true, cell: ({ attempt }) => attempt ?? '–' },
          {
            key: 'rows',
            title: 'Rows',
            numeric: true,
            cell: ({ rows }) => (rows === undefined ? '–' : formatCount(rows)),
          },
          { key: 'resources', title: 'Resources', cell: ({ resources }) => resources.join(', ') },
          {
            key: 'error',
            title: 'Error',
            cell: ({ error }) => <div class="ledger-error">{error ?? '–'}</div>,
          },
        ]}
      />
    </section>
  );
}

const PHASES: Readonly<Record<string, { readonly sign: string; readonly tone: string }>> = {
  done: { sign: '✓', tone: 'loaded' },
  loaded: { sign: '✓', tone: 'loaded' },
  loading: { sign: '▸', tone: 'running' },
  retrying: { sign: '▸', tone: 'running' },
  failed: { sign: '✕', tone: 'failed' },
  cancelled: { sign: '○', tone: 'missing' },
  skipped: { sign: '○', tone: 'missing' },
};

function PhaseBadge({ phase }: { readonly phase: string }) {
  const { sign, tone } = PHASES[phase] ?? { sign: '·', tone: 'left-out' };
  return (
    <span class={`badge is-${tone}`}>
      <span class="sign" aria-hidden="true">
        {sign}
      </span>
      {phase}
    </span>
  );
}

function timesText({ startedAt, closedAt }: Run, zone: string): string {
  const started = formatTime(startedAt, zone);
  if (closedAt === undefined) return `since ${started}`;
  return `${started}, ${formatDuration(Date.parse(closedAt) - Date.parse(startedAt))}`;
}
