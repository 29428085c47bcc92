import { BackfillDialog } from './backfill-dialog';
import { ControlDialog } from './control-dialog';
import { type ActionDraft, opened } from './open-action';
import { RunDialog } from './run-dialog';
import { Toasts } from './toasts';
import './actions.css';

/** Shows the dialog that is asked for, and says what happened. Once in the page. */
export function ActionHost() {
  const open = opened.value;
  return (
    <>
      {open === undefined ? null : <ActionAsked key={open.id} draft={open.draft} />}
      <Toasts />
    </>
  );
}

function ActionAsked({ draft }: { readonly draft: ActionDraft }) {
  switch (draft.kind) {
    case 'backfill':
      return <BackfillDialog opening={draft} />;
    case 'run':
      return <RunDialog opening={draft} />;
    default:
      return <ControlDialog opening={draft} />;
  }
}
