import type { Interval } from '../../interval';
import { formatCount, formatDuration } from './format';
import { styleFor } from './style';
import { renderTable } from './table';
import type { Terminal } from './terminal';
import { timesIn, zoneNote } from './times';

/** What became of a pipeline in `run --all`. */
export interface PipelineEnd {
  readonly pipeline: string;
  /** `not run`: it was not begun before Ctrl-C; `not waited for`: it goes on on Temporal. */
  readonly status: 'loaded' | 'failed' | 'not run' | 'not waited for';
  /** Null for a run without one, and where it isn't known. */
  readonly interval: Interval | null;
  /** Rows that were loaded, of resources that failed, too. */
  readonly rows: number;
  readonly seconds: number;
  /** Why it failed: of several resources, the first. */
  readonly error?: { readonly code: string; readonly message: string } | undefined;
}

/** The table at the end of `run --all`, a line for each pipeline. */
export function printPipelineEnds(
  terminal: Terminal,
  ends: readonly PipelineEnd[],
  zoneOf: (pipeline: string) => string | undefined,
): void {
  const style = styleFor(terminal.colour);
  const rows = ends.map(({ pipeline, status, interval, rows, seconds, error }) => {
    const times = timesIn(zoneOf(pipeline));
    return [
      pipeline,
      status === 'failed' ? style.red(status) : status,
      interval === null ? '–' : `${times.interval(interval)}${zoneNote(times)}`,
      formatCount(rows),
      formatDuration(seconds * 1000),
      error?.code ?? '',
    ];
  });
  terminal.out(renderTable(terminal, ['pipeline', 'status', 'interval', 'rows', 'took', 'cause'], rows));
}
