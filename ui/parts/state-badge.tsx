import type { GapCause } from '../../src/ledger';
import type { CellState } from '../../src/operate';
import type { StateLetter } from '../../src/ui/api';

/** How a state is shown: never by its colour alone. */
export interface StateLook {
  readonly state: CellState;
  readonly label: string;
  /** One character that no other state has. */
  readonly sign: string;
  /** Custom property that has its colour. */
  readonly color: string;
}

export const STATES: Readonly<Record<StateLetter, StateLook>> = {
  l: { state: 'loaded', label: 'loaded', sign: '✓', color: '--loaded' },
  r: { state: 'running', label: 'running', sign: '▸', color: '--running' },
  f: { state: 'failed', label: 'failed', sign: '✕', color: '--failed' },
  m: { state: 'missing', label: 'missing', sign: '○', color: '--missing' },
  o: { state: 'left-out', label: 'left out', sign: '·', color: '--left-out' },
};

const LETTERS: Readonly<Record<CellState, StateLetter>> = {
  loaded: 'l',
  running: 'r',
  failed: 'f',
  missing: 'm',
  'left-out': 'o',
};

const CAUSE_WORDS: Readonly<Record<GapCause, string>> = {
  'never-planned': 'never planned',
  paused: 'paused',
  failed: 'failed',
  cancelled: 'cancelled',
  skipped: 'skipped',
  superseded: 'superseded',
};

/** Why an interval isn't loaded, in words. */
export function causeWords(cause: GapCause): string {
  return CAUSE_WORDS[cause] ?? cause;
}

/** A state in words, with its cause where that says more. */
export function stateWords(state: StateLetter | CellState, cause?: GapCause | undefined): string {
  const { state: name, label } = lookOf(state);
  return cause === undefined || cause === name ? label : `${label}: ${causeWords(cause)}`;
}

/** How a state looks, by its letter or its name. */
export function lookOf(state: StateLetter | CellState): StateLook {
  return STATES[state in STATES ? (state as StateLetter) : LETTERS[state as CellState]];
}

interface StateBadgeProps {
  readonly state: StateLetter | CellState;
  readonly cause?: GapCause | undefined;
}

/** The state of an interval: sign, colour and words. */
export function StateBadge({ state, cause }: StateBadgeProps) {
  const look = lookOf(state);
  return (
    <span class={`badge is-${look.state}`}>
      <span class="sign" aria-hidden="true">
        {look.sign}
      </span>
      {stateWords(state, cause)}
    </span>
  );
}

const RUN_LOOKS: Readonly<
  Record<string, { readonly sign: string; readonly tone: string; readonly label: string }>
> = {
  completed: { sign: '✓', tone: 'loaded', label: 'completed' },
  running: { sign: '▸', tone: 'running', label: 'running' },
  failed: { sign: '✕', tone: 'failed', label: 'failed' },
  terminated: { sign: '✕', tone: 'failed', label: 'terminated' },
  timedout: { sign: '✕', tone: 'failed', label: 'timed out' },
  canceled: { sign: '○', tone: 'missing', label: 'cancelled' },
  cancelled: { sign: '○', tone: 'missing', label: 'cancelled' },
};

/** The status of a run or of one of its tasks, as Temporal names it. */
export function RunBadge({ status }: { readonly status: string }) {
  const look = RUN_LOOKS[status.replace(/[\s_-]/g, '').toLowerCase()] ?? {
    sign: '·',
    tone: 'left-out',
    label: status,
  };
  return (
    <span class={`badge is-${look.tone}`}>
      <span class="sign" aria-hidden="true">
        {look.sign}
      </span>
      {look.label}
    </span>
  );
}
