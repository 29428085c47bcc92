import type { ComponentChildren } from 'preact';
import type { Action } from '../../src/ui/api';
import { session } from '../lib/session';
import { CopyCommand } from '../parts/copy-command';
import { Dialog } from '../parts/dialog';
import { ErrorNote } from '../parts/error-note';
import { closeAction } from './open-action';
import { useSend } from './use-send';

interface ActionDialogProps {
  readonly title: string;
  /** What the button does: `Start the backfill`. */
  readonly verb: string;
  /** What the other button says. @default Cancel */
  readonly leave?: string;
  readonly dangerous?: boolean;
  readonly wide?: boolean;
  /** What is done; undefined while it isn't known, or can't be. */
  readonly action: Action | undefined;
  /** The same, as it would be typed. */
  readonly command: string | undefined;
  readonly children?: ComponentChildren;
}

/** Asks a person once: fields, the command, a button that does it. What was typed stays where it fails. */
export function ActionDialog(props: ActionDialogProps) {
  const { title, verb, leave = 'Cancel', dangerous = false, wide = false, action, command, children } = props;
  const { busy, error, lost, send } = useSend();
  const readOnly = session.value?.readOnly ?? false;

  const onSubmit = (event: Event) => {
    event.preventDefault();
    if (action !== undefined && !readOnly) send(action);
  };
  return (
    <Dialog title={title} onClose={closeAction} busy={busy} wide={wide}>
      <form class="stack action" onSubmit={onSubmit}>
        <fieldset class="stack" disabled={busy || lost}>
          {children}
        </fieldset>
        {command === undefined ? null : <CopyCommand command={command} />}
        <ErrorNote error={error} title={lost ? 'No answer came:' : undefined} />
        {lost ? (
          <p>It may have been done. Send it again as it is: what has been done is not done twice.</p>
        ) : null}
        <div class="row end action-foot">
          {readOnly ? <p class="dim">This page is read-only; the command can be copied.</p> : null}
          <button type="button" onClick={closeAction} disabled={busy}>
            {readOnly ? 'Close' : leave}
          </button>
          {readOnly ? null : (
            <button
              type="submit"
              class={dangerous ? 'danger' : 'primary'}
              disabled={busy || (action === undefined && !lost)}
            >
              {busy ? 'Sending…' : lost ? 'Send again' : verb}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
