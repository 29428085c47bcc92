import { useEffect } from 'preact/hooks';
import { session } from '../lib/session';
import { workflowUrl } from './model/workflow-url';
import { dropToast, type Toast, toasts } from './open-action';

const SHOWN_MS = 30_000;

/** What happened, said and shown for a while. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-label="What happened">
      {toasts.value.map((toast) => (
        <ToastNote key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastNote({ toast: { id, result } }: { readonly toast: Toast }) {
  useEffect(() => {
    const timer = setTimeout(() => dropToast(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id]);
  const url = workflowUrl(session.value?.temporal, result.workflowId);
  return (
    <div class="note good toast">
      <p>
        {result.message}{' '}
        {result.workflowId === undefined ? null : url === undefined ? (
          result.message.includes(result.workflowId) ? null : (
            <code>{result.workflowId}</code>
          )
        ) : (
          <a href={url} target="_blank" rel="noreferrer">
            In Temporal’s UI
          </a>
        )}
      </p>
      <button type="button" class="icon" aria-label="Close" onClick={() => dropToast(id)}>
        <span aria-hidden="true">✕</span>
      </button>
    </div>
  );
}
