import type { State } from '../../source';
import type { Timestamp } from '../../value';

/**
 * The files that earlier runs loaded at the border where this one begins: their identities with the instants of their
 * cursor. Only that border is kept; what lies before it isn't looked at again.
 */
export class LoadedFiles {
  private readonly state: State;
  private readonly lagMs: number;

  constructor(state: State, lagSeconds: number) {
    this.state = state;
    this.lagMs = lagSeconds * 1000;
  }

  has(identity: string): boolean {
    return Object.hasOwn(this.known, identity);
  }

  /** Adds a file, and forgets those that no later run can meet. `last` is the cursor's last value in milliseconds. */
  add(identity: string, at: Timestamp, last: number | undefined): void {
    const all = { ...this.known, [identity]: at.toString() };
    const border = last === undefined ? Number.NEGATIVE_INFINITY : Math.floor(last) - this.lagMs;
    this.state['files'] = Object.fromEntries(
      Object.entries(all).filter(([, instant]) => Date.parse(instant) >= border),
    );
  }

  private get known(): Readonly<Record<string, string>> {
    return (this.state['files'] ?? {}) as Readonly<Record<string, string>>;
  }
}
