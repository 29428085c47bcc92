/** Whether a row has a value: one bit a row, bit i of byte i >> 3; undefined where every row has one. */
export const isThere = (validity: Uint8Array | undefined, row: number): boolean =>
  validity === undefined || ((validity[row >> 3]! >> (row & 7)) & 1) === 1;
