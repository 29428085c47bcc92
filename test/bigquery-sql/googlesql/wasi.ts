import { randomFillSync } from 'node:crypto';
import type { Imports, Memory } from './web-assembly';
import { concat } from './wire';

/*
 * What the analyzer's WebAssembly asks of its system: a clock, random numbers, where to write what it logs, and the file of a time
 * zone. Node's own WASI would do, but warns of itself in each process, and takes zones from the machine, which may have none.
 */

const OK = 0;
const BAD_DESCRIPTOR = 8;
const NO_SUCH_FILE = 44;
const NOT_SUPPORTED = 58;

const STANDARD_ERROR = 2;
/** The one folder that is there, and the one file that can be open. */
const FOLDER = 3;
const FILE = 4;
const FOLDER_NAME = Buffer.from('/usr/share/zoneinfo');
const KIND_OF: ReadonlyMap<number, number> = new Map([
  [FOLDER, 3],
  [FILE, 4],
]);

/** @param memory of the instance, which is there once it is made */
export function systemCalls(memory: () => Memory): Imports {
  const view = (): DataView => new DataView(memory().buffer);
  const write = (address: number, value: number): number => {
    view().setUint32(address, value, true);
    return OK;
  };
  const parts = (list: number, count: number): Uint8Array[] =>
    Array.from({ length: count }, (_, part) => {
      const [address, length] = [0, 4].map((offset) => view().getUint32(list + part * 8 + offset, true));
      return new Uint8Array(memory().buffer, address, length);
    });
  let readUpTo = 0;
  return {
    environ_sizes_get: (count: number, size: number) => write(count, 0) || write(size, 0),
    environ_get: () => OK,
    clock_time_get(_clock: number, _precision: bigint, time: number) {
      view().setBigUint64(time, process.hrtime.bigint(), true);
      return OK;
    },
    random_get(address: number, length: number) {
      randomFillSync(new Uint8Array(memory().buffer, address, length));
      return OK;
    },
    fd_write(descriptor: number, list: number, count: number, written: number) {
      const text = concat(parts(list, count));
      if (descriptor === STANDARD_ERROR) process.stderr.write(text);
      return write(written, text.length);
    },
    fd_prestat_get: (descriptor: number, answer: number) =>
      descriptor === FOLDER ? write(answer, 0) || write(answer + 4, FOLDER_NAME.length) : BAD_DESCRIPTOR,
    fd_prestat_dir_name(_descriptor: number, address: number, length: number) {
      new Uint8Array(memory().buffer, address, length).set(FOLDER_NAME.subarray(0, length));
      return OK;
    },
    fd_fdstat_get(descriptor: number, answer: number) {
      const kind = KIND_OF.get(descriptor);
      if (kind === undefined) return BAD_DESCRIPTOR;
      new Uint8Array(memory().buffer, answer, 24).fill(0xff, 8).fill(0, 0, 8)[0] = kind;
      return OK;
    },
    path_open(...args: readonly unknown[]) {
      readUpTo = 0;
      return write(Number(args.at(-1)), FILE);
    },
    fd_read(descriptor: number, list: number, count: number, read: number) {
      if (descriptor !== FILE) return BAD_DESCRIPTOR;
      const from = readUpTo;
      for (const part of parts(list, count)) {
        const piece = UTC.subarray(readUpTo, readUpTo + part.length);
        part.set(piece);
        readUpTo += piece.length;
      }
      return write(read, readUpTo - from);
    },
    fd_seek(_descriptor: number, offset: bigint, whence: number, answer: number) {
      readUpTo = Number(offset) + ([0, readUpTo, UTC.length][whence] ?? 0);
      view().setBigUint64(answer, BigInt(readUpTo), true);
      return OK;
    },
    fd_close: () => OK,
    fd_fdstat_set_flags: () => OK,
    fd_pread: () => NOT_SUPPORTED,
    path_filestat_get: () => NO_SUCH_FILE,
    poll_oneoff: () => NOT_SUPPORTED,
    sched_yield: () => OK,
    proc_exit(code: number) {
      throw new Error(`The analyzer has ended with code ${code}.`);
    },
  };
}

/** Every zone is UTC: GoogleSQL doesn't begin without the zone that it has by default, and no statement here names one. */
const UTC = zoneFile();

/** A time zone as files have it (RFC 8536): one kind of local time, which is UTC. */
function zoneFile(): Buffer {
  const file = Buffer.alloc(54);
  file.write('TZif');
  // of the six counts in the header: one type of local time, and the four characters of its name
  file.writeUInt32BE(1, 36);
  file.writeUInt32BE(4, 40);
  file.write('UTC', 50);
  return file;
}
