/** The parts of unbzip2-stream that unpack a block: its own stream unpacks all that it was given before the first is taken. */
declare module 'unbzip2-stream/lib/bit_iterator' {
  /** Reads so many bits; null goes on to the next whole byte. */
  interface Bits {
    (count: number | null): number;
    /** Bytes of which a bit was read. */
    readonly bytesRead: number;
  }
  export default function bitIterator(nextBuffer: () => Uint8Array): Bits;
}

declare module 'unbzip2-stream/lib/bzip2' {
  import type { Bits } from 'unbzip2-stream/lib/bit_iterator';

  const bzip2: {
    /** The size of the stream's blocks, in 100,000 bytes. */
    header(bits: Bits): number;
    /**
     * Unpacks a block, compares its checksum, and gives that of the stream so far; null at the stream's end, whose checksum was
     * compared then.
     */
    decompress(
      bits: Bits,
      onByte: (byte: number) => void,
      block: Int32Array,
      size: number,
      checksum: number,
    ): number | null;
  };
  export default bzip2;
}
