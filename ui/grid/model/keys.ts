/** What a key asks of the grid. */
export type KeyCommand =
  | { readonly kind: 'move'; readonly row: number; readonly column: number; readonly extend: boolean }
  | { readonly kind: 'gap'; readonly direction: 1 | -1 }
  | { readonly kind: 'select' | 'open' | 'clear' };

export interface Key {
  readonly key: string;
  readonly shift: boolean;
  /** Control, or Command on a Mac. */
  readonly control: boolean;
  readonly alt: boolean;
}

/** Intervals that PageUp and PageDown go by. */
export const PAGE = 30;

/** The command of a key in the grid of this size; undefined for a key that isn't the grid's. */
export function keyCommand(
  { key, shift, control, alt }: Key,
  at: { readonly row: number; readonly column: number },
  size: { readonly rows: number; readonly columns: number },
): KeyCommand | undefined {
  if (alt || size.rows === 0 || size.columns === 0) return undefined;
  const target = moveOf(key, control, at, size);
  if (target !== undefined) {
    const row = Math.max(0, Math.min(size.rows - 1, target.row));
    const column = Math.max(0, Math.min(size.columns - 1, target.column));
    return { kind: 'move', row, column, extend: shift };
  }
  return control ? undefined : commandOf(key);
}

function moveOf(
  key: string,
  control: boolean,
  { row, column }: { readonly row: number; readonly column: number },
  { rows, columns }: { readonly rows: number; readonly columns: number },
): { readonly row: number; readonly column: number } | undefined {
  switch (key) {
    case 'Home':
      return { row: control ? 0 : row, column: 0 };
    case 'End':
      return { row: control ? rows - 1 : row, column: columns - 1 };
  }
  if (control) return undefined;
  switch (key) {
    case 'ArrowLeft':
      return { row, column: column - 1 };
    case 'ArrowRight':
      return { row, column: column + 1 };
    case 'ArrowUp':
      return { row: row - 1, column };
    case 'ArrowDown':
      return { row: row + 1, column };
    case 'PageUp':
      return { row, column: column - PAGE };
    case 'PageDown':
      return { row, column: column + PAGE };
    default:
      return undefined;
  }
}

function commandOf(key: string): KeyCommand | undefined {
  switch (key) {
    case 'Enter':
      return { kind: 'open' };
    case ' ':
      return { kind: 'select' };
    case 'Escape':
      return { kind: 'clear' };
    case 'n':
      return { kind: 'gap', direction: 1 };
    case 'p':
      return { kind: 'gap', direction: -1 };
    default:
      return undefined;
  }
}
