import { Decompress } from 'fzstd';
import xxhash from 'xxhash-wasm';
import { type ByteReader, byteReader } from './byte-reader';
import { joined } from './first-bytes';

const FRAME = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
/** The most that a frame may refer back to: what the zstd tool itself unpacks unless it is told otherwise. */
const MAX_WINDOW = 1 << 27;
/** The most bytes of a block, packed or unpacked. */
const MAX_BLOCK = 1 << 17;
const DICTIONARY_BYTES = [0, 1, 2, 4];
const RUN = 1;

const wordAt = (bytes: Uint8Array, at = 0): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(at, true);

/** A number of 1, 2, 4 or 8 bytes, the lowest first. */
const numberOf = (bytes: Uint8Array): number => bytes.reduceRight((number, byte) => number * 256 + byte, 0);

interface FrameHeader {
  readonly bytes: readonly Uint8Array[];
  readonly hasChecksum: boolean;
}

/** @throws Error for a frame that needs a dictionary, or more memory than it may have */
async function headerOf(input: ByteReader): Promise<FrameHeader> {
  const descriptor = await input.take(1);
  const flags = descriptor[0]!;
  const isSingle = (flags & 0x20) !== 0;
  const windowDescriptor = await input.take(isSingle ? 0 : 1);
  const dictionary = await input.take(DICTIONARY_BYTES[flags & 3]!);
  if (numberOf(dictionary) !== 0) throw new Error('it needs a dictionary, which is not supported');
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][flags >> 6]!;
  const contentSize = await input.take(sizeBytes);
  const [exponent = 0, mantissa = 0] = [...windowDescriptor].flatMap((byte) => [byte >> 3, byte & 7]);
  // a content size of two bytes is told less 256
  const window = isSingle
    ? numberOf(contentSize) + (sizeBytes === 2 ? 256 : 0)
    : 2 ** (10 + exponent) * (1 + mantissa / 8);
  if (window > MAX_WINDOW)
    throw new Error(`it refers back over ${window} bytes, of which at most ${MAX_WINDOW} are kept`);
  return {
    bytes: [descriptor, windowDescriptor, dictionary, contentSize],
    hasChecksum: (flags & 4) !== 0,
  };
}

/** The unpacked blocks of a frame whose magic number was read. */
async function* frameOf(input: ByteReader, magic: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  const header = await headerOf(input);
  const hash = header.hasChecksum ? (await xxhash()).create64() : undefined;
  let unpacked: Uint8Array[] = [];
  const decoder = new Decompress((some) => {
    if (some.length === 0) return;
    hash?.update(some);
    unpacked.push(some);
  });
  decoder.push(joined([magic, ...header.bytes]));
  for (let isLast = false; !isLast; ) {
    const block = await input.take(3);
    const told = numberOf(block);
    isLast = (told & 1) !== 0;
    const size = told >> 3;
    if (size > MAX_BLOCK) throw new Error('it has a block that is too large');
    const content = await input.take(((told >> 1) & 3) === RUN ? 1 : size);
    // the last block needs no word that it is the last: the frame's end is known here
    decoder.push(joined([block, content]));
    yield* unpacked;
    unpacked = [];
  }
  const checksum = await input.take(hash === undefined ? 0 : 4);
  decoder.push(checksum, true);
  yield* unpacked;
  if (hash !== undefined && Number(hash.digest() & 0xffffffffn) !== wordAt(checksum))
    throw new Error('its checksum is not that of its content');
}

/**
 * Unpacks zstd: one frame or several, one after the other. A frame's checksum is compared, where it has one.
 *
 * @throws Error for broken bytes, for a frame that ends early, needs a dictionary, or a window of more than 128 MiB
 * Source of the rules: RFC 8878.
 */
export async function* unpackZstd(
  bytes: AsyncGenerator<Uint8Array, void, void>,
): AsyncGenerator<Uint8Array, void, void> {
  const input = byteReader(bytes);
  while (!(await input.isAtEnd())) {
    const magic = await input.take(4);
    const number = wordAt(magic);
    if (number === FRAME) yield* frameOf(input, magic);
    else if ((number & 0xfffffff0) === SKIPPABLE) await input.skip(wordAt(await input.take(4)));
    else throw new Error('behind its frames there is something else');
  }
}
