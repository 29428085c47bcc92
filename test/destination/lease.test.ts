import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { withLoadWatch } from '../../src/destination';
import { FileLeases } from '../../src/destination/duckdb/file-leases';
import type { KnownFile } from '../../src/destination/duckdb/known-file';
import { FileLease } from '../../src/destination/duckdb/lease';
import { STAND_BACK_MS, TURN_MS } from '../../src/destination/duckdb/turns';
import { whenFree } from '../../src/destination/duckdb/wait-for-file';
import { TidemarkError } from '../../src/errors';
import { ROOT } from '../root';
import { temporaryFolder } from './harness';

const IDLE_MS = 2000;
const folder = temporaryFolder();
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});
let files = 0;
const newFile = (): string => path.join(folder, `lease${++files}.duckdb`);

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
});
afterEach(() => {
  jest.useRealTimers();
});
const pass = (ms: number): void => jest.advanceTimersByTime(ms);

/** A note of another process that waits for the file. */
const anotherWaits = (file: string): void => writeFileSync(`${file}.waiting`, '1\n');
const nobodyWaits = (file: string): void => rmSync(`${file}.waiting`);

const nothing = async (): Promise<void> => undefined;
const knownOf = (lease: FileLease): Promise<KnownFile> => lease.withConnection(async (_, known) => known);

/** Work that has the file until it is told to end. */
async function working(lease: FileLease): Promise<() => Promise<void>> {
  let end = (): void => {};
  const told = new Promise<void>((resolve) => {
    end = resolve;
  });
  let done: Promise<void> = Promise.resolve();
  await new Promise<void>((started, failed) => {
    done = lease.withConnection(async () => {
      started();
      await told;
    });
    done.catch(failed);
  });
  return () => {
    end();
    return done;
  };
}

/** Lets all that can go on without a timer go on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('closed and opening', () => {
  test('work opens the file; all that asks meanwhile shares the opening; the last one closes what nobody retains', async () => {
    const forgotten = jest.fn();
    const lease = new FileLease(newFile(), forgotten);
    const states: string[] = [];
    const work = async (): Promise<void> => void states.push(lease.state);
    expect([lease.state, lease.isOpen]).toEqual(['closed', false]);
    const all = [lease.withConnection(work), lease.withConnection(work)];
    expect([lease.state, lease.isOpen]).toEqual(['opening', true]);
    await Promise.all(all);
    expect(states).toEqual(['held', 'held']);
    expect([lease.state, lease.isOpen]).toEqual(['closed', false]);
    expect(forgotten).toHaveBeenCalledTimes(1);
  });

  test('what could not be opened is closed again for all who asked, and can be opened later', async () => {
    const file = newFile();
    writeFileSync(file, 'no database');
    const lease = new FileLease(file, () => undefined);
    const refused = expect.objectContaining({ code: 'DESTINATION_NOT_A_DATABASE' });
    const results = await Promise.allSettled([lease.withConnection(nothing), lease.withConnection(nothing)]);
    expect(results.map((result) => result.status === 'rejected' && result.reason)).toEqual([
      refused,
      refused,
    ]);
    expect(lease.state).toBe('closed');
    rmSync(file);
    await lease.withConnection(nothing);
    expect(existsSync(file)).toBe(true);
  });

  test('work that fails ends like other work', async () => {
    const lease = new FileLease(newFile(), () => undefined);
    lease.retain();
    const failing = lease.withConnection(async () => {
      throw new Error('refused');
    });
    await expect(failing).rejects.toThrow('refused');
    expect(lease.state).toBe('idle');
    lease.release(false);
  });
});

describe('idle', () => {
  test('lasts two seconds after the last work, and what is remembered of the file as long as it is open', async () => {
    const forgotten = jest.fn();
    const lease = new FileLease(newFile(), forgotten);
    lease.retain();
    const known = await knownOf(lease);
    expect([lease.state, lease.isOpen]).toEqual(['idle', true]);
    pass(IDLE_MS - 100);
    expect(await knownOf(lease)).toBe(known);
    pass(IDLE_MS - 100);
    expect(lease.state).toBe('idle');
    pass(100);
    expect(lease.state).toBe('closed');
    expect(await knownOf(lease)).not.toBe(known);
    expect(forgotten).not.toHaveBeenCalled();
    lease.release(false);
    expect(forgotten).toHaveBeenCalledTimes(1);
  });

  test('ends as soon as another process waits', async () => {
    const file = newFile();
    const lease = new FileLease(file, () => undefined);
    lease.retain();
    await lease.withConnection(nothing);
    pass(100);
    expect(lease.state).toBe('idle');
    anotherWaits(file);
    pass(100);
    expect(lease.state).toBe('closed');
  });

  test('ends with the last dataset, unless that lingers', async () => {
    const lease = new FileLease(newFile(), () => undefined);
    lease.retain();
    lease.retain();
    await lease.withConnection(nothing);
    lease.release(false);
    expect(lease.state).toBe('idle');
    lease.release(false);
    expect(lease.state).toBe('closed');

    lease.retain();
    await lease.withConnection(nothing);
    pass(IDLE_MS - 100);
    lease.release(true);
    pass(IDLE_MS - 100);
    expect(lease.state).toBe('idle');
    pass(100);
    expect(lease.state).toBe('closed');
  });

  test('ends with the worker, but for what a dataset retains', async () => {
    const [lingering, retained] = [newFile(), newFile()];
    const leases = new FileLeases();
    for (const file of [lingering, retained]) {
      leases.retain(file);
      await leases.withConnection(file, nothing);
    }
    leases.release(lingering, true);
    leases.releaseIdle();
    for (const [file, isOpen] of [
      [lingering, false],
      [retained, true],
    ] as const) {
      const child = openElsewhere(file);
      const [told] = await once(child.stdout!, 'data');
      expect(String(told)).toBe(isOpen ? 'locked\n' : 'held\n');
      child.stdin!.end();
      await once(child, 'exit');
    }
    leases.release(retained, false);
  });
});

describe('leaving and standing back', () => {
  test('within its turn a process does not give the file away', async () => {
    const file = newFile();
    const lease = new FileLease(file, () => undefined);
    const end = await working(lease);
    anotherWaits(file);
    pass(TURN_MS - 1);
    await lease.withConnection(nothing);
    expect(lease.state).toBe('held');
    await end();
  });

  test('after it, new work waits until the file was given away and others had time to take it', async () => {
    const file = newFile();
    const forgotten = jest.fn();
    const lease = new FileLease(file, forgotten);
    const end = await working(lease);
    pass(TURN_MS);
    anotherWaits(file);
    expect(lease.state).toBe('held');
    const asked: string[] = [];
    const first = lease.withConnection(async () => void asked.push('first'));
    expect([lease.state, lease.isOpen]).toEqual(['leaving', true]);
    await end();
    expect([lease.state, lease.isOpen]).toEqual(['standing back', false]);
    const other = await DuckDBInstance.create(file);
    other.closeSync();
    const second = lease.withConnection(async () => void asked.push('second'));
    pass(STAND_BACK_MS - 1);
    await settled();
    expect([lease.state, asked]).toEqual(['standing back', []]);
    pass(1);
    expect(lease.state).toBe('closed');
    expect(forgotten).not.toHaveBeenCalled();
    nobodyWaits(file);
    await Promise.all([first, second]);
    expect(asked.sort()).toEqual(['first', 'second']);
    expect(forgotten).toHaveBeenCalledTimes(1);
  });

  test('an idle file is given away at once', async () => {
    const file = newFile();
    const lease = new FileLease(file, () => undefined);
    lease.retain();
    await lease.withConnection(nothing);
    pass(TURN_MS);
    anotherWaits(file);
    const next = lease.withConnection(nothing);
    expect(lease.state).toBe('standing back');
    nobodyWaits(file);
    pass(STAND_BACK_MS);
    await next;
    lease.release(false);
    expect(lease.state).toBe('closed');
  });

  test('where what runs does not end, the process has another turn: it may itself need more work on the file', async () => {
    const file = newFile();
    const lease = new FileLease(file, () => undefined);
    const end = await working(lease);
    pass(TURN_MS);
    anotherWaits(file);
    const next = working(lease);
    expect(lease.state).toBe('leaving');
    pass(TURN_MS - 1);
    expect(lease.state).toBe('leaving');
    pass(1);
    expect(lease.state).toBe('held');
    const endNext = await next;
    await end();
    expect(lease.state).toBe('held');
    await endNext();
    expect(lease.state).toBe('closed');
  });

  test('another process takes the file meanwhile, and is waited for', async () => {
    const file = newFile();
    const lease = new FileLease(file, () => undefined);
    lease.retain();
    await lease.withConnection(({ connection }) => connection.run('CREATE TABLE t (i INTEGER)'));
    pass(TURN_MS);
    anotherWaits(file);
    let held: TidemarkError | undefined;
    const onLockWait = (error: TidemarkError): void => {
      held = error;
      other.stdin!.end();
    };
    const next = withLoadWatch({ lockWaitMs: 30_000, onLockWait }, () => lease.withConnection(nothing));
    const other = openElsewhere(file);
    const [told] = await once(other.stdout!, 'data');
    expect(String(told)).toBe('held\n');
    pass(STAND_BACK_MS);
    await next;
    expect(held).toMatchObject({ code: 'DESTINATION_LOCKED', details: { pid: other.pid } });
    expect(existsSync(`${file}.waiting`)).toBe(false);
    lease.release(false);
  });
});

describe('waiting for another program', () => {
  const locked = new TidemarkError('DESTINATION_LOCKED', 'held');

  test('ends at once with the signal, without another try', async () => {
    const stop = new AbortController();
    let tries = 0;
    const onLockWait = (): void => void setImmediate(() => stop.abort(new Error('stopped')));
    const waiting = withLoadWatch({ lockWaitMs: 30_000, onLockWait, signal: stop.signal }, () =>
      whenFree(newFile(), async () => {
        tries += 1;
        throw locked;
      }),
    );
    await expect(waiting).rejects.toThrow('stopped');
    expect(tries).toBe(1);
  });

  test('is not begun under a signal that has ended it already, but a free file is opened', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    const watched = <T>(open: () => Promise<T>): Promise<T> =>
      withLoadWatch({ lockWaitMs: 30_000, signal }, () => whenFree(newFile(), open));
    await expect(
      watched(async () => {
        throw locked;
      }),
    ).rejects.toThrow('stopped');
    expect(await watched(async () => 'opened')).toBe('opened');
  });
});

describe('a process that ends with the file open', () => {
  test.each([
    ['exit', false, 0],
    ['killed', true, null],
    ['killed at work', true, null],
  ] as const)(
    '%s: log left behind: %s, and what was committed is there',
    async (how, leavesLog, exitCode) => {
      const file = newFile();
      const child = spawn(process.execPath, [path.join(__dirname, 'ending-process.js'), file, how], {
        cwd: ROOT,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      children.push(child);
      const [code] = await once(child, 'close');
      expect(code).toBe(exitCode);
      expect(existsSync(`${file}.wal`)).toBe(leavesLog);
      await new FileLease(file, () => undefined).withConnection(async ({ connection }) => {
        expect((await connection.runAndReadAll('SELECT id FROM items')).getRows()).toEqual([[1]]);
      });
      expect(existsSync(`${file}.wal`)).toBe(false);
    },
  );
});

/** Another process that opens the file, says whether it got it, and has it until it is told to go. */
function openElsewhere(file: string): ChildProcess {
  const script = `require('@duckdb/node-api').DuckDBInstance.create(process.argv[1]).then(() => console.log('held'), () => console.log('locked'));
    process.stdin.resume().on('end', () => process.exit());`;
  const child = spawn(process.execPath, ['-e', script, file], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}
