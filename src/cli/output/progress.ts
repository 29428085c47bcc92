import { formatCount, formatDuration } from './format';
import { styleFor } from './style';
import type { Terminal } from './terminal';
import { cutTo } from './text-width';

/**
 * What is shown while something runs: lines that stay, and below them one line that is written over.
 * Where nobody watches, only the lines that stay are written, so a log has no control characters.
 */
export interface Progress {
  /** A line that stays. */
  line(text: string): void;
  /** The line that is written over. */
  update(text: string): void;
  /** Takes the last line away; what was shown stays. May be called twice. */
  end(): void;
}

const CLEAR_LINE = '\r\u001b[2K';

export function createProgress(terminal: Terminal): Progress {
  let shown = '';
  const clear = (): void => {
    if (shown !== '') terminal.rewrite(CLEAR_LINE);
  };
  return {
    line(text) {
      clear();
      terminal.err(text);
      if (shown !== '') terminal.rewrite(shown);
    },
    update(text) {
      if (!terminal.interactive) return;
      // a line as long as the terminal is wide would begin the next one
      const next = cutTo(text, terminal.columns - 1);
      if (next === shown) return;
      clear();
      terminal.rewrite(next);
      shown = next;
    },
    end() {
      clear();
      shown = '';
    },
  };
}

/** `████████░░░░  12/26  46 %  3,456 rows  about 10 s left`; the estimate appears once something is done. */
export function progressBar(options: {
  readonly done: number;
  readonly total: number;
  readonly rows?: number;
  /** Intervals a minute; left out where it isn't known. */
  readonly perMinute?: number | null | undefined;
  readonly elapsedMs: number;
}): string {
  const { done, total, rows, perMinute, elapsedMs } = options;
  const width = 24;
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(share * width);
  const parts = [
    `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`,
    `${done}/${total}`,
    `${Math.floor(share * 100)} %`,
  ];
  if (rows !== undefined) parts.push(`${formatCount(rows)} rows`);
  if (perMinute) parts.push(formatPerMinute(perMinute));
  if (done > 0 && done < total)
    parts.push(`about ${formatDuration((elapsedMs / done) * (total - done))} left`);
  return parts.join('  ');
}

/** `4.2 intervals/min`. */
export function formatPerMinute(perMinute: number): string {
  return `${perMinute < 100 ? perMinute.toFixed(1) : formatCount(Math.round(perMinute))} intervals/min`;
}

/** The mark before a line: done, failed, left out, under way. */
export function mark(
  terminal: Pick<Terminal, 'colour'>,
  kind: 'done' | 'failed' | 'skipped' | 'running',
): string {
  const style = styleFor(terminal.colour);
  if (kind === 'done') return style.green('✓');
  if (kind === 'failed') return style.red('✗');
  if (kind === 'skipped') return style.dim('–');
  return style.cyan('·');
}
