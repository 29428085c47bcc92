import bitIterator from 'unbzip2-stream/lib/bit_iterator';
import bzip2 from 'unbzip2-stream/lib/bzip2';
import { EndsEarly } from './byte-reader';

const BLOCK_UNIT = 100_000;
/** More than a packed block has beyond its unpacked size: tables and lists of them. */
const BLOCK_EXTRA = 25_000;
const HEADER_BYTES = 4;

/** Bytes that are added one by one. */
function collected(): { add(byte: number): void; taken(): Uint8Array } {
  let bytes = new Uint8Array(1 << 20);
  let length = 0;
  return {
    add(byte) {
      if (length === bytes.length) {
        const larger = new Uint8Array(length * 2);
        larger.set(bytes);
        bytes = larger;
      }
      bytes[length] = byte;
      length += 1;
    },
    taken() {
      const some = bytes.slice(0, length);
      length = 0;
      return some;
    },
  };
}

/**
 * Unpacks bzip2, block by block: one stream or several, one after the other. The checksums of blocks and streams are compared.
 *
 * @throws Error for broken bytes; EndsEarly
 */
export async function* unpackBzip2(
  bytes: AsyncGenerator<Uint8Array, void, void>,
): AsyncGenerator<Uint8Array, void, void> {
  const waiting: Uint8Array[] = [];
  let received = 0;
  let ended = false;
  const receive = async (): Promise<void> => {
    const next = await bytes.next();
    if (next.done === true) ended = true;
    else if (next.value.length > 0) {
      waiting.push(next.value);
      received += next.value.length;
    }
  };
  while (received === 0 && !ended) await receive();
  if (ended) return;
  const bits = bitIterator(() => {
    const piece = waiting.shift();
    if (piece === undefined) throw new EndsEarly();
    return piece;
  });
  /** Has so many bytes wait, unless there aren't as many left. */
  const ready = async (count: number): Promise<void> => {
    while (!ended && received - bits.bytesRead < count) await receive();
  };
  const unpacked = collected();
  let block = new Int32Array();
  for (await ready(HEADER_BYTES); received > bits.bytesRead; await ready(HEADER_BYTES)) {
    const size = bzip2.header(bits) * BLOCK_UNIT;
    if (block.length < size) block = new Int32Array(size);
    for (let checksum: number | null = 0; checksum !== null; ) {
      await ready(size + BLOCK_EXTRA);
      checksum = bzip2.decompress(bits, unpacked.add, block, size, checksum);
      const some = unpacked.taken();
      if (some.length > 0) yield some;
    }
  }
}
