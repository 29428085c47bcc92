import type { PipelineOverview } from '../../src/operate';
import { openAction } from '../actions';
import { session } from '../lib/session';

/** What can be done with a pipeline; nothing on a page that only reads. */
export function PipelineActions({ overview }: { readonly overview: PipelineOverview }) {
  if (session.value?.readOnly !== false) return null;
  const { pipeline, schedule } = overview;
  return (
    <div class="row actions">
      <Ask what="Run now" of={pipeline} onAsk={() => openAction({ kind: 'run', pipeline })} />
      {schedule === undefined ? null : (
        <Ask what="Backfill" of={pipeline} onAsk={() => openAction({ kind: 'backfill', pipeline })} />
      )}
      {schedule?.deployed ? <PauseOrResume what={pipeline} name={pipeline} paused={schedule.paused} /> : null}
    </div>
  );
}

interface BackfillActionsProps {
  readonly workflowId: string;
  readonly phase: string | undefined;
  readonly parallel: number | undefined;
}

/** What can be done with a backfill under way. */
export function BackfillActions({ workflowId, phase, parallel }: BackfillActionsProps) {
  if (session.value?.readOnly !== false || phase === 'cancelling') return null;
  return (
    <div class="row actions">
      {phase === undefined ? null : (
        <>
          <PauseOrResume what={workflowId} name="the backfill" paused={phase === 'paused'} />
          <Ask
            what="Resize"
            of="the backfill"
            onAsk={() => openAction({ kind: 'resize', workflowId, parallel })}
          />
        </>
      )}
      <Ask what="Cancel" of="the backfill" onAsk={() => openAction({ kind: 'cancel', workflowId })} />
    </div>
  );
}

interface PauseOrResumeProps {
  /** A pipeline's name or a workflow's id. */
  readonly what: string;
  readonly name: string;
  readonly paused: boolean;
}

function PauseOrResume({ what, name, paused }: PauseOrResumeProps) {
  const kind = paused ? 'resume' : 'pause';
  return <Ask what={paused ? 'Resume' : 'Pause'} of={name} onAsk={() => openAction({ kind, what })} />;
}

interface AskProps {
  readonly what: string;
  /** Of what, for who doesn't see where the button stands. */
  readonly of: string;
  readonly onAsk: () => void;
}

function Ask({ what, of, onAsk }: AskProps) {
  return (
    <button type="button" aria-haspopup="dialog" onClick={onAsk}>
      {what}…<span class="unseen"> {of}</span>
    </button>
  );
}
