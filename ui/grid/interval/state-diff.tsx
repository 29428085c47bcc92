import { useMemo } from 'preact/hooks';
import { diffLines, layOutJson } from '../model/text-diff';

const SIGNS = { same: ' ', added: '+', removed: '−', skipped: '…' } as const;
const WORDS = { same: '', added: 'added: ', removed: 'removed: ', skipped: '' } as const;

/** State of a source before and after a load: what was taken out and what came. */
export function StateDiff({
  before,
  after,
}: {
  readonly before: string | undefined;
  readonly after: string;
}) {
  const lines = useMemo(
    () => diffLines(before === undefined ? '' : layOutJson(before), layOutJson(after)),
    [before, after],
  );
  const changed = lines.some(({ kind }) => kind === 'added' || kind === 'removed');
  return (
    <div>
      <h3>State{before === undefined ? ', the first' : ', before and after'}</h3>
      {changed ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        <section class="diff" aria-label="State before and after" tabIndex={0}>
          {lines
            .filter(({ text }) => text !== '')
            .map(({ kind, text }, index) => (
              <div key={index} class={`diff-line diff-${kind}`}>
                <span aria-hidden="true" class="diff-sign">
                  {SIGNS[kind]}
                </span>
                <span class="unseen">{WORDS[kind]}</span>
                {text}
              </div>
            ))}
        </section>
      ) : (
        <p class="dim">Nothing changed.</p>
      )}
    </div>
  );
}
