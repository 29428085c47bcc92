/** Widths in CSS pixels; the style sheet has the same. */
export const PITCH = 18;
export const ROW_HEIGHT = 24;
/** Intervals that are mounted and left out together. */
export const BLOCK = 24;
const OVERSCAN = 2;

export interface Range {
  readonly first: number;
  /** Inclusive. */
  readonly last: number;
}

/** What the scrolled box shows of the tracks: pixels from their beginning. */
export interface Viewport {
  readonly left: number;
  readonly width: number;
}

export const blockCount = (columns: number): number => Math.ceil(columns / BLOCK);

/** The columns of a block. */
export const columnsOf = (block: number, columns: number): Range => ({
  first: block * BLOCK,
  last: Math.min(columns, (block + 1) * BLOCK) - 1,
});

export const blockOf = (column: number): number => Math.floor(column / BLOCK);

/** Blocks in the viewport and beside it; undefined without columns. */
export function visibleBlocks({ left, width }: Viewport, columns: number): Range | undefined {
  const last = blockCount(columns) - 1;
  if (last < 0) return undefined;
  const at = (x: number): number => Math.min(last, Math.max(0, Math.floor(x / PITCH / BLOCK)));
  return { first: Math.max(0, at(left) - OVERSCAN), last: Math.min(last, at(left + width) + OVERSCAN) };
}

/** Blocks to be mounted, in order: what is near, and the one of the active cell, which the Tab key must find. */
export function mountedBlocks(visible: Range | undefined, active: number, columns: number): number[] {
  if (visible === undefined) return [];
  const blocks = Array.from(
    { length: visible.last - visible.first + 1 },
    (_, index) => visible.first + index,
  );
  const own = Math.min(blockOf(active), blockCount(columns) - 1);
  return blocks.includes(own) ? blocks : [...blocks, own].sort((a, b) => a - b);
}

/** The column at `x` pixels from the beginning of the tracks, within them. */
export const columnAt = (x: number, columns: number): number =>
  Math.max(0, Math.min(columns - 1, Math.floor(x / PITCH)));

/** Where to scroll so that a column is seen with a neighbour or two; where it stands if it is. */
export function scrollTo(column: number, { left, width }: Viewport): number {
  const [start, end] = [(column - 1) * PITCH, (column + 2) * PITCH];
  if (start < left) return Math.max(0, start);
  return end > left + width ? end - width : left;
}

/** Where to scroll so that a range is in the middle, or its beginning at the left if it is too wide. */
export function scrollToRange({ first, last }: Range, width: number): number {
  const length = (last - first + 1) * PITCH;
  return Math.max(0, length > width ? (first - 1) * PITCH : first * PITCH - (width - length) / 2);
}
