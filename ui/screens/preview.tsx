import type { PreviewView } from '../../src/ui/api';
import { useData } from '../lib/use-data';
import { ErrorNote } from '../parts/error-note';
import { pathOf, useFields } from '../preview/fields';
import '../preview/preview.css';
import { PreviewAnswer } from '../preview/preview-answer';
import { PreviewForm, wrongField } from '../preview/preview-form';

/** A schedule that somebody thinks of: its next runs, and how it differs from a deployed one. */
export function PreviewScreen() {
  const { typed, asked, type } = useFields();
  const { data, error, loading, reload } = useData<PreviewView>(pathOf(asked));
  const wrong = wrongField(error, asked);
  return (
    <div class="stack">
      <h1>Schedule preview</h1>
      <PreviewForm typed={typed} type={type} wrong={wrong} />
      <ErrorNote error={error} onRetry={wrong === undefined ? reload : undefined} />
      <div class="stack" aria-busy={loading}>
        {data === undefined ? (
          error === undefined && (
            <p role="status">{loading ? 'Loading…' : 'Type a cron to see its next runs.'}</p>
          )
        ) : (
          <>
            {error === undefined ? null : <p class="dim">Below is the answer to what could be read last.</p>}
            <PreviewAnswer answer={data} />
          </>
        )}
      </div>
    </div>
  );
}
