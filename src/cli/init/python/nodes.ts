import { isRecord } from '../../../value';

/** A node of Python's syntax tree, with the fields that Python's `ast` gives it, and its lines. */
export interface PyNode {
  readonly type: string;
  readonly line: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export const isNode = (value: unknown): value is PyNode =>
  isRecord(value) && typeof value['type'] === 'string';

/** The nodes in a field that is a node, a list of them, or nothing. */
export const nodesIn = (value: unknown): readonly PyNode[] => [value].flat().filter(isNode);

/** The node in a field. */
export const nodeIn = (value: unknown): PyNode | undefined => (isNode(value) ? value : undefined);

/** A node and all below it, in the order of the text. */
export function* within(node: PyNode): Generator<PyNode, void, undefined> {
  yield node;
  for (const value of Object.values(node)) for (const child of nodesIn(value)) yield* within(child);
}

export const isFunction = ({ type }: PyNode): boolean =>
  type === 'FunctionDef' || type === 'AsyncFunctionDef';

/** `line 3`, `lines 3 to 8`. */
export const linesOf = ({ line, end }: Pick<PyNode, 'line' | 'end'>): string =>
  line === end ? `line ${line}` : `lines ${line} to ${end}`;
