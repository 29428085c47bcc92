import { Fragment } from 'preact';
import { formatCount } from '../lib/format';
import { type Counts, isMissing, KIND_NAME, KINDS, type Kind } from './model/kinds';

interface LegendProps {
  readonly counts: Counts;
  readonly only: Kind | undefined;
  readonly onOnly: (kind: Kind | undefined) => void;
}

/** What the cells mean, how many there are of each, and which of them are shown. */
export function Legend({ counts, only, onOnly }: LegendProps) {
  const shown = KINDS.filter((kind) => counts[kind] > 0 || kind === only);
  return (
    <fieldset class="legend">
      <legend class="unseen">Show only one state</legend>
      {shown.map((kind, index) => (
        <Fragment key={kind}>
          {isMissing(kind) && !isMissing(shown[index - 1] ?? 'loaded') ? (
            <span class="group" aria-hidden="true">
              missing:
            </span>
          ) : null}
          <button
            type="button"
            aria-pressed={only === kind}
            onClick={() => onOnly(only === kind ? undefined : kind)}
          >
            <span class={`glyph k-${kind}`} aria-hidden="true" />
            <span>
              {isMissing(kind) ? <span class="unseen">missing, </span> : null}
              {KIND_NAME[kind]} <span class="dim">{formatCount(counts[kind])}</span>
            </span>
          </button>
        </Fragment>
      ))}
    </fieldset>
  );
}
