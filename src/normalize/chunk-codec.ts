import type { DataType } from '../schema';
import type { ColumnChunk, TableChunk } from './batch';

/*
 * A chunk on disk: the length of a JSON header (4 bytes), the header, the numbers of the root rows, then for each column its validity, its slots,
 * and its long values: rows and byte lengths as 32-bit integers, then their bytes one after the other.
 */
interface Header {
  readonly table: string;
  readonly rows: number;
  /** Whether each row has the number of its root row. */
  readonly roots: boolean;
  readonly columns: readonly ColumnHeader[];
}

interface ColumnHeader {
  readonly name: string;
  readonly type: DataType;
  readonly validity: number;
  readonly data: number;
  readonly long: number;
  readonly longBytes: number;
  /** What long values are. */
  readonly form: 'ascii' | 'utf8' | 'binary';
}

const LENGTH_BYTES = 4;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function encodeChunk(chunk: TableChunk): Uint8Array {
  const long = chunk.columns.map((column) => packLong(column));
  const columns = chunk.columns.map((column, at): ColumnHeader => {
    return {
      name: column.name,
      type: column.type,
      validity: column.validity?.byteLength ?? 0,
      data: column.data?.byteLength ?? -1,
      long: column.longRows.length,
      longBytes: long[at]?.bytes.byteLength ?? 0,
      form: column.type === 'binary' ? 'binary' : long[at]?.ascii === true ? 'ascii' : 'utf8',
    };
  });
  const header = encoder.encode(
    JSON.stringify({
      table: chunk.table,
      rows: chunk.rows,
      roots: chunk.roots !== undefined,
      columns,
    } satisfies Header),
  );
  const parts: Uint8Array[] = [new Uint8Array(Uint32Array.of(header.byteLength).buffer), header];
  const { roots } = chunk;
  if (roots !== undefined) parts.push(new Uint8Array(roots.buffer, roots.byteOffset, roots.byteLength));
  for (const [at, column] of chunk.columns.entries()) {
    const packed = long[at];
    if (column.validity !== undefined) parts.push(column.validity);
    if (column.data !== undefined) parts.push(column.data);
    if (packed !== undefined) parts.push(packed.index, packed.bytes);
  }
  return concat(parts);
}

export function decodeChunk(bytes: Uint8Array): TableChunk {
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  let at = LENGTH_BYTES;
  const take = (length: number): Uint8Array => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  const header = JSON.parse(decoder.decode(take(headerLength))) as Header;
  const roots = header.roots ? new Uint32Array(take(header.rows * 4).slice().buffer) : undefined;
  const columns = header.columns.map((column): ColumnChunk => {
    const validity = column.validity === 0 ? undefined : take(column.validity);
    const data = column.data < 0 ? undefined : take(column.data);
    const index = take(column.long * 8).slice();
    const values = unpackLong(column, new Uint32Array(index.buffer), take(column.longBytes));
    return { name: column.name, type: column.type, validity, data, ...values };
  });
  return { table: header.table, rows: header.rows, columns, roots };
}

interface PackedValues {
  readonly index: Uint8Array;
  readonly bytes: Uint8Array;
  readonly ascii: boolean;
}

function packLong(column: ColumnChunk): PackedValues {
  const count = column.longRows.length;
  const index = new Uint32Array(count * 2);
  index.set(column.longRows);
  const text = column.longValues.every((value) => typeof value === 'string')
    ? column.longValues.join('')
    : undefined;
  let bytes: Uint8Array | undefined = text === undefined ? undefined : encoder.encode(text);
  const ascii = bytes !== undefined && bytes.byteLength === text?.length;
  if (bytes === undefined || !ascii) {
    // Value by value: half a surrogate pair at the end of one and at the start of the next would join to one character.
    const encoded = column.longValues.map((value) =>
      typeof value === 'string' ? encoder.encode(value) : value,
    );
    bytes = concat(encoded);
    for (let i = 0; i < count; i++) index[count + i] = encoded[i]?.byteLength ?? 0;
  } else for (let i = 0; i < count; i++) index[count + i] = column.longValues[i]?.length ?? 0;
  return { index: new Uint8Array(index.buffer), bytes, ascii };
}

type LongPart = Pick<ColumnChunk, 'longRows' | 'longValues'>;

function unpackLong(column: ColumnHeader, index: Uint32Array, bytes: Uint8Array): LongPart {
  const longRows: number[] = [];
  const longValues: (string | Uint8Array)[] = [];
  const text = column.form === 'ascii' ? decoder.decode(bytes) : '';
  let at = 0;
  for (let i = 0; i < column.long; i++) {
    const end = at + (index[column.long + i] ?? 0);
    longRows.push(index[i] ?? 0);
    if (column.form === 'ascii') longValues.push(text.slice(at, end));
    else
      longValues.push(
        column.form === 'binary' ? bytes.subarray(at, end) : decoder.decode(bytes.subarray(at, end)),
      );
    at = end;
  }
  return { longRows, longValues };
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.byteLength;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
