import type { Rule } from './rules';
import type { Scheduler, Task } from './scheduler';
import { Changes, Store } from './store';

/** The connection was lost: what was under way may have happened, or not. */
export class ConnectionLost extends Error {
  constructor() {
    super('the connection was lost');
  }
}

/** How often what goes wrong; by step or statement. All zero once a run is to come to its end. */
export interface Faults {
  /** A process dies. */
  crash: number;
  /** A connection is lost at a statement. */
  lose: number;
  /** A commit whose answer doesn't arrive. */
  unanswered: number;
  /** A process is stopped for a while. */
  stop: number;
  /** A clock is turned. */
  turn: number;
}

interface ServerOptions {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly without: Rule | undefined;
}

/** The database of one dataset: rows, the lock of the dataset, and the end of transactions whose client is gone. */
export class Server {
  readonly store = new Store();
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly without: Rule | undefined;
  holder: Connection | undefined;
  /** At which step a load began that was planned to be committed under a load id. */
  readonly begun = new Map<string, number>();
  /** Told of each commit, once it is there. */
  onCommit: (() => void) | undefined;

  constructor({ scheduler, faults, without }: ServerOptions) {
    this.scheduler = scheduler;
    this.faults = faults;
    this.without = without;
  }

  connect(): Connection {
    return new Connection(this, this.scheduler.current);
  }
}

/** One connection with its transaction. */
export class Connection {
  changes: Changes;
  /** The dataset's version that this commit made. */
  committedVersion: number | undefined;
  readonly #server: Server;
  readonly #task: Task;
  #open = false;
  readonly #onKill = (): void => this.#breakOff();

  constructor(server: Server, task: Task) {
    this.#server = server;
    this.#task = task;
    this.changes = new Changes(server.store);
  }

  async begin(): Promise<void> {
    const { scheduler, without } = this.#server;
    await scheduler.step('begins a transaction');
    this.#open = true;
    this.changes = new Changes(this.#server.store);
    this.#task.onKill.add(this.#onKill);
    if (without !== 'lock' && without !== 'lock-first') await this.lock();
  }

  /** Waits for the dataset's row, which the transaction locks until its end. */
  async lock(): Promise<void> {
    const server = this.#server;
    if (server.holder === this) return;
    await server.scheduler.step('takes the lock', () => server.holder === undefined);
    server.holder = this;
    await this.#mayBeLost();
  }

  /** Called before each statement. @throws ConnectionLost */
  async statement(label: string): Promise<void> {
    const { scheduler, store, without } = this.#server;
    if (without === 'transaction') {
      store.apply(this.changes);
      this.changes.forget();
    }
    await scheduler.step(label);
    await this.#mayBeLost();
  }

  async #mayBeLost(): Promise<void> {
    const { scheduler, faults } = this.#server;
    if (faults.lose === 0 || !scheduler.random.chance(faults.lose)) return;
    this.#breakOff();
    throw new ConnectionLost();
  }

  /** The client is gone; the server learns it later, and only then lets go of the lock. */
  #breakOff(): void {
    if (!this.#open) return;
    this.#open = false;
    const { scheduler } = this.#server;
    scheduler.spawn(`server for ${this.#task.name}`, async () => {
      await scheduler.step('learns that its client is gone, and rolls back');
      this.#end();
    });
  }

  #end(): void {
    this.#open = false;
    this.#task.onKill.delete(this.#onKill);
    if (this.#server.holder === this) this.#server.holder = undefined;
  }

  #apply(): void {
    const { store, onCommit } = this.#server;
    store.apply(this.changes);
    this.committedVersion = store.version;
    this.#end();
    onCommit?.();
  }

  /** @throws ConnectionLost, after which the transaction was committed, is committed later, or never is */
  async commit(): Promise<void> {
    await this.statement('sends the commit');
    const { scheduler, faults } = this.#server;
    const { random } = scheduler;
    const lost = faults.unanswered > 0 && random.chance(faults.unanswered);
    if (lost && random.chance(0.5)) {
      // on its way still: the client hears that its connection is gone before the server has done it
      this.#open = false;
      scheduler.spawn(`server for ${this.#task.name}`, async () => {
        await scheduler.step('commits what a lost connection had sent');
        this.#apply();
      });
      throw new ConnectionLost();
    }
    this.#apply();
    await scheduler.step(lost ? 'hears nothing of its commit' : 'hears of its commit');
    if (lost) throw new ConnectionLost();
  }

  async rollback(): Promise<void> {
    if (!this.#open) return;
    await this.#server.scheduler.step('rolls back');
    this.#end();
  }
}
