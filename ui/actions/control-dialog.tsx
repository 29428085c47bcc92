import { useState } from 'preact/hooks';
import type { Action, CommandView } from '../../src/ui/api';
import { ErrorNote } from '../parts/error-note';
import { ActionDialog } from './action-dialog';
import { Problems, TextField } from './fields';
import { wholeNumber } from './model/drafts';
import type { ActionDraft } from './open-action';
import { usePlan } from './use-plan';

type Control = Exclude<ActionDraft, { readonly kind: 'backfill' | 'run' }>;

/** Asks before it pauses, resumes, resizes or cancels. */
export function ControlDialog({ opening }: { readonly opening: Control }) {
  switch (opening.kind) {
    case 'pause':
      return <PauseDialog what={opening.what} />;
    case 'resume':
      return (
        <PlainDialog
          title={`Resume ${opening.what}`}
          verb="Resume"
          text="It goes on where it stands."
          action={{ kind: 'resume', what: opening.what }}
        />
      );
    case 'resize':
      return <ResizeDialog workflowId={opening.workflowId} parallel={opening.parallel} />;
    case 'cancel':
      return (
        <PlainDialog
          title="Cancel what runs"
          verb="Cancel it"
          leave="Let it run"
          dangerous
          text={`${opening.workflowId} ends. What it has loaded stays; a load that is committing finishes.`}
          action={{ kind: 'cancel', workflowId: opening.workflowId }}
        />
      );
  }
}

interface PlainDialogProps {
  readonly title: string;
  readonly verb: string;
  readonly text: string;
  readonly leave?: string;
  readonly dangerous?: boolean;
  readonly action: Action;
}

function PlainDialog({ text, ...asked }: PlainDialogProps) {
  const command = useCommand(asked.action);
  return (
    <ActionDialog {...asked} command={command.text}>
      <p class="name">{text}</p>
      {command.note}
    </ActionDialog>
  );
}

function PauseDialog({ what }: { readonly what: string }) {
  const [reason, setReason] = useState('');
  const action: Action = { kind: 'pause', what, reason: reason.trim() === '' ? undefined : reason.trim() };
  const command = useCommand(action);
  return (
    <ActionDialog title={`Pause ${what}`} verb="Pause" action={action} command={command.text}>
      <p>Nothing new starts until it is resumed. What runs goes on.</p>
      <TextField label="Reason" value={reason} placeholder="paused by hand" first onValue={setReason} />
      {command.note}
    </ActionDialog>
  );
}

interface ResizeDialogProps {
  readonly workflowId: string;
  readonly parallel: number | undefined;
}

function ResizeDialog({ workflowId, parallel: before }: ResizeDialogProps) {
  const [text, setText] = useState(String(before ?? 1));
  const parallel = wholeNumber(text);
  const action: Action | undefined =
    typeof parallel === 'number' ? { kind: 'resize', workflowId, parallel } : undefined;
  const command = useCommand(action);
  return (
    <ActionDialog title="Resize the backfill" verb="Resize" action={action} command={command.text}>
      <p class="name">{workflowId}</p>
      <TextField
        label="At a time"
        value={text}
        numeric
        first
        wrong={action === undefined}
        hint="How many run at the same time, from now on"
        onValue={setText}
      />
      <Problems problems={action === undefined ? [`“${text}” is not a whole number from 1 to 1000.`] : []} />
      {command.note}
    </ActionDialog>
  );
}

/** The action as it would be typed. That it can't be had stops nobody. */
function useCommand(action: Action | undefined) {
  const { plan, error, current } = usePlan<CommandView>('/api/commands', action);
  return {
    text: current && error === undefined ? plan?.command : undefined,
    note: error === undefined ? null : <ErrorNote error={error} title="The command can’t be told:" />,
  };
}
