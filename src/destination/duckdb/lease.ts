import { busyOtherwise } from './errors';
import type { KnownFile } from './known-file';
import type { Link } from './link';
import type { BoundedWork } from './memory-bound';
import { type FileAccess, OpenFile } from './open-file';
import { isAwaited, LOOK_EVERY_MS, STAND_BACK_MS, TURN_MS } from './turns';
import { whenFree } from './wait-for-file';

/*
 * This process's lease of one DuckDB file. DuckDB gives a file to one process, and within it to one instance; so all work of
 * a process on a file shares one lease, whose state says whether the file is open and what comes next.
 *
 *   closed ────▶ opening ────▶ held ◀────▶ idle
 *     ▲                         ▲
 *     │                         ▼
 *     └─── standing back ◀─── leaving
 *
 *   from            to              when
 *   closed          opening         work asks for the file
 *   opening         held            DuckDB has opened it; all work that asked meanwhile runs, side by side
 *                   closed          DuckDB could not open it: all work that asked gets the error, or asks again for as long as
 *                                   its load may wait for another program (wait-for-file.ts)
 *   held            idle            the last work is done, and a dataset retains the file
 *                   closed          the last work is done, and no dataset retains the file
 *                   leaving         more work asks for the file, another process waits for it, and our turn has lasted TURN_MS;
 *                                   or the file must be opened anew
 *   idle            held            work asks for the file
 *                   closed          work asks for the file, which must be opened anew
 *                   standing back   work asks for the file, another process waits for it, and our turn has lasted TURN_MS
 *                   closed          IDLE_MS are over; or another process waits, which is looked at every LOOK_EVERY_MS; or the
 *                                   last dataset releases the file and doesn't linger; or the worker or the process ends
 *   leaving         standing back   the last work is done
 *                   held            TURN_MS are over and work still runs, which may itself need a second connection before it
 *                                   can end: another turn begins
 *   standing back   closed          STAND_BACK_MS are over, three looks of who waits
 *
 * - closed, standing back: the file is not ours. opening, held, idle, leaving: DuckDB's lock may be ours, and the file must
 *   not be probed (probe.ts). What lives as long as the file is open, what is remembered of it too, is in open-file.ts.
 * - It must be opened anew where it was removed or replaced (file-place.ts), where DuckDB gave it up (a fatal error), and for
 *   SQL that is to reach other files, or isn't.
 * - Work that asks in `leaving` and `standing back` waits until the file can be had again: at most TURN_MS + STAND_BACK_MS.
 * - Who waits: turns.ts has the note beside the file by which processes tell each other that they wait.
 * - Work that fails ends like other work. Work that finds the file bounded by a commit lifts the bound (memory-bound.ts).
 * - A process that is killed, or ends in the midst of work, leaves DuckDB's log, which the next opening replays; maybe the
 *   first bytes of a new file, which the next opening replaces; and maybe its note, which is void after three seconds. One
 *   that ends without closing leaves none of these, but for work that still ran.
 */

/** How long a file is held after its last use. */
const IDLE_MS = 2000;
/** How many turns SQL waits for the end of work, so that the file can be opened as it needs it. */
const TURNS_TO_REOPEN = 30;

type State =
  | { readonly name: 'closed' }
  | { readonly name: 'opening'; readonly opening: Promise<OpenFile> }
  | { readonly name: 'held'; readonly open: OpenFile }
  | { readonly name: 'idle'; readonly open: OpenFile; readonly timer: NodeJS.Timeout }
  | { readonly name: 'leaving'; readonly open: OpenFile; readonly timer: NodeJS.Timeout; readonly over: Gate }
  | { readonly name: 'standing back'; readonly timer: NodeJS.Timeout; readonly over: Gate };

/** What work waits at until the file was given away, or couldn't be. */
interface Gate {
  readonly passed: Promise<void>;
  open(): void;
}

/** Work on the file's connection, which nobody else uses meanwhile. */
export type LinkWork<T> = (link: Link, known: KnownFile) => Promise<T>;

/** The lease of one file. There must be one at a time for a file in a process: {@link FileLeases} sees to it. */
export class FileLease {
  readonly #file: string;
  readonly #forget: () => void;
  #state: State = { name: 'closed' };
  /** Work that runs on the file, or will once it is opened. */
  #users = 0;
  /** Work that runs, or that waits for the file in any state. */
  #callers = 0;
  /** Datasets that say they will use the file again. */
  #retained = 0;
  /** A file that must be opened anew, and whose work didn't end within a turn: more work may be a part of it. */
  #stuck: OpenFile | undefined;
  /** When this process's turn began. */
  #turnBegan = 0;

  /** @param forget called when the lease is closed and nobody retains it or waits for it */
  constructor(file: string, forget: () => void) {
    this.#file = file;
    this.#forget = forget;
  }

  get state(): State['name'] {
    return this.#state.name;
  }

  /** Whether this process may have the file open. */
  get isOpen(): boolean {
    return this.#state.name !== 'closed' && this.#state.name !== 'standing back';
  }

  /** Whether a file is open that is still at its path, or may be. */
  get hasFile(): boolean {
    const state = this.#state;
    return this.isOpen && !('open' in state && !state.open.isInPlace);
  }

  /** Lets go of a file that was removed or replaced, if no work runs on it. */
  closeIfReplaced(): void {
    const state = this.#state;
    if (state.name === 'idle' && !state.open.isInPlace) this.#close(state.open);
  }

  retain(): void {
    this.#retained += 1;
  }

  /** @param lingers whether the file stays open for its idle time, though nobody says that they will use it again */
  release(lingers: boolean): void {
    this.#retained = Math.max(0, this.#retained - 1);
    if (this.#retained > 0) return;
    if (this.#state.name !== 'idle') this.#forgetIfUnused();
    else if (lingers) this.#rest(this.#state.open);
    else this.#close(this.#state.open);
  }

  /** Runs work on a connection to the file. @throws TidemarkError DESTINATION_NOT_A_DATABASE, DESTINATION_LOCKED */
  async withConnection<T>(work: LinkWork<T>, access: FileAccess = {}): Promise<T> {
    this.#callers += 1;
    try {
      const open = await whenFree(this.#file, () => this.#hold(access));
      try {
        return await open.withLink(work);
      } finally {
        this.#done();
      }
    } finally {
      this.#callers -= 1;
      this.#forgetIfUnused();
    }
  }

  /** Within {@link withConnection}: see {@link MemoryBound}. Where other work uses the file too, nothing is bounded. */
  withLittleMemory<T>(link: Link, bounded: BoundedWork<T>): Promise<T> {
    const state = this.#state;
    return this.#users === 1 && 'open' in state
      ? state.open.memory.around(link, bounded)
      : bounded.work(link);
  }

  /** Closes the file if no work runs on it. */
  closeIfIdle(): void {
    if (this.#state.name === 'idle') this.#close(this.#state.open);
  }

  /** Closes the file if no work runs on it and no dataset retains it. */
  closeIfReleased(): void {
    if (this.#retained === 0) this.closeIfIdle();
  }

  async #hold(access: FileAccess): Promise<OpenFile> {
    for (let turns = 0; ; turns += 1) {
      for (let gate = this.#gateFor(access); gate !== undefined; gate = this.#gateFor(access))
        await gate.passed;
      const opening = this.#join(access);
      this.#users += 1;
      try {
        const open = await opening;
        if (turns >= TURNS_TO_REOPEN && !open.fits(access)) throw busyOtherwise(this.#file);
        if (open.fits(access)) {
          await open.memory.lift();
          return open;
        }
      } catch (error) {
        this.#done();
        throw error;
      }
      // others have it as they need it
      this.#stuck = undefined;
      this.#done();
    }
  }

  /** What work waits at before it can have the file; a file that nobody uses is let go at once where it must be opened anew. */
  #gateFor(access: FileAccess): Gate | undefined {
    const state = this.#state;
    if (state.name === 'idle' && mustReopen(state.open, access)) this.#close(state.open);
    return this.#afterOthers(access);
  }

  /** Where this process had its turn and another one waits: the gate behind which it has its next turn. */
  #afterOthers(access: FileAccess): Gate | undefined {
    const state = this.#state;
    if (state.name === 'leaving' || state.name === 'standing back') return state.over;
    if (state.name !== 'held' && state.name !== 'idle') return undefined;
    if (state.open !== this.#stuck && mustReopen(state.open, access)) return this.#leave(state.open);
    if (performance.now() - this.#turnBegan < TURN_MS || !isAwaited(this.#file)) return undefined;
    return this.#leave(state.open);
  }

  /** closed → opening → held or closed; idle → held. */
  async #join(access: FileAccess): Promise<OpenFile> {
    const state = this.#state;
    if (state.name === 'opening') return state.opening;
    if ('open' in state) {
      if (state.name === 'idle') this.#become({ name: 'held', open: state.open });
      return state.open;
    }
    this.#turnBegan = performance.now();
    const opening = OpenFile.open(this.#file, access).then(
      (open) => {
        this.#become({ name: 'held', open });
        return open;
      },
      (error: unknown) => {
        this.#become({ name: 'closed' });
        throw error;
      },
    );
    this.#become({ name: 'opening', opening });
    return opening;
  }

  /** held → idle or closed; leaving → standing back. */
  #done(): void {
    this.#users -= 1;
    const state = this.#state;
    if (this.#users > 0) return;
    if (state.name === 'leaving') this.#standBack(state);
    if (state.name !== 'held') return;
    if (this.#retained > 0) this.#rest(state.open);
    else this.#close(state.open);
  }

  /** held, idle → idle. */
  #rest(open: OpenFile): void {
    const until = performance.now() + IDLE_MS;
    const timer = setInterval(() => {
      if (performance.now() >= until || isAwaited(this.#file)) this.#close(open);
    }, LOOK_EVERY_MS);
    timer.unref();
    this.#become({ name: 'idle', open, timer });
  }

  /** held, idle → closed. */
  #close(open: OpenFile): void {
    open.close();
    this.#become({ name: 'closed' });
  }

  /** held → leaving → held or standing back; idle → standing back. */
  #leave(open: OpenFile): Gate {
    const over = newGate();
    const timer = setTimeout(() => {
      this.#turnBegan = performance.now();
      this.#stuck = open;
      this.#become({ name: 'held', open });
      over.open();
    }, TURN_MS);
    const leaving = { name: 'leaving', open, timer, over } as const;
    this.#become(leaving);
    if (this.#users === 0) this.#standBack(leaving);
    return over;
  }

  /** leaving → standing back → closed. */
  #standBack({ open, over }: Extract<State, { readonly name: 'leaving' }>): void {
    open.close();
    const timer = setTimeout(() => {
      this.#become({ name: 'closed' });
      over.open();
    }, STAND_BACK_MS);
    this.#become({ name: 'standing back', timer, over });
  }

  #become(state: State): void {
    if ('timer' in this.#state) clearTimeout(this.#state.timer);
    this.#state = state;
    this.#forgetIfUnused();
  }

  #forgetIfUnused(): void {
    if (this.#state.name === 'closed' && this.#callers === 0 && this.#retained === 0) this.#forget();
  }
}

const mustReopen = (open: OpenFile, access: FileAccess): boolean =>
  open.isSpent || !open.isInPlace || !open.fits(access);

function newGate(): Gate {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}
