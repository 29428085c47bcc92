import { isRecord } from '../../value';

/** An element of a list, as it is written. */
export interface ListElement {
  readonly text: string;
  /** Where it begins, from 1. */
  readonly line: number;
}

/** Takes a list of a JSON text apart while it is read. */
export interface ListScanner {
  /** The elements that a piece of text completes. */
  push(piece: string): readonly ListElement[];
  /** All of the text but the elements of the list, which is `[]` there. It is for a parser to say whether it is JSON. */
  rest(): string;
  /** Whether the list was found. */
  readonly found: boolean;
  /** Characters that are held: of an element that isn't complete, and of the rest. */
  readonly held: number;
}

const LINE_BREAK = 10;
const SPACE = 32;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSED_LIST = 0x5d;
const OBJECT = 0x7b;
const CLOSED_OBJECT = 0x7d;

/** The place that a path leads to, while a text is read: which of its parts the open objects match. */
function pathWatch(path: readonly string[]) {
  /** Objects and lists that are open. */
  let depth = 0;
  /** How many of them, from the second on, are at the path's parts. */
  let matched = 0;
  let isAtKey = false;
  const isOnPath = (): boolean => matched === depth - 1;
  return {
    /** Whether what opens here is what the path leads to. */
    isThere: () => (path.length === 0 ? depth === 0 : isOnPath() && isAtKey && depth === path.length),
    /** Whether a name here counts. */
    wantsKey: () => depth > 0 && isOnPath() && depth <= path.length,
    key(name: string | undefined) {
      isAtKey = name !== undefined && name === path[depth - 1];
    },
    open(isObject: boolean) {
      if (depth > 0 && isObject && isAtKey && isOnPath()) matched += 1;
      depth += 1;
      isAtKey = false;
    },
    close() {
      depth = Math.max(0, depth - 1);
      matched = Math.max(0, Math.min(matched, depth - 1));
      isAtKey = false;
    },
  };
}

function nameOf(written: string): string | undefined {
  try {
    const name: unknown = JSON.parse(written);
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A scanner for the list at a path of names; the text itself with an empty one. It looks at quotes and brackets only. What it takes
 * apart is valid exactly where each element and the rest are.
 */
export function listScanner(path: readonly string[]): ListScanner {
  const watch = pathWatch(path);
  let kept = '';
  let element = '';
  let elementLine = 0;
  let line = 1;
  let found = false;
  let inList = false;
  let hadElement = false;
  let depthInList = 0;
  let inString = false;
  let isEscaped = false;
  let name = '';
  let naming = false;

  /** In the list: where an element ends. */
  const inElement = (code: number): 'ends' | 'closes' | undefined => {
    if (code === OBJECT || code === LIST) depthInList += 1;
    else if ((code === CLOSED_LIST || code === CLOSED_OBJECT) && depthInList > 0) depthInList -= 1;
    else if (code === CLOSED_LIST) return 'closes';
    else if (code === COMMA && depthInList === 0) return 'ends';
    return undefined;
  };

  /** Outside of it: whether the list begins. */
  const outside = (code: number): boolean => {
    if (code === LIST && !found && watch.isThere()) return true;
    if (code === OBJECT || code === LIST) watch.open(code === OBJECT);
    else if (code === CLOSED_OBJECT || code === CLOSED_LIST) watch.close();
    else if (watch.wantsKey() && code === COLON) watch.key(nameOf(name));
    else if (watch.wantsKey() && code === COMMA) watch.key(undefined);
    return false;
  };

  return {
    get found() {
      return found;
    },
    get held() {
      return kept.length + element.length;
    },
    rest: () => kept + (inList ? element : ''),
    push(piece) {
      const elements: ListElement[] = [];
      let from = 0;
      let nameFrom = 0;
      for (let at = 0; at < piece.length; at += 1) {
        const code = piece.charCodeAt(at);
        if (code === LINE_BREAK) line += 1;
        if (inList && elementLine === 0 && code > SPACE) elementLine = line;
        if (inString) {
          if (isEscaped) isEscaped = false;
          else if (code === BACKSLASH) isEscaped = true;
          else if (code === QUOTE) {
            inString = false;
            if (naming) name += piece.slice(nameFrom, at + 1);
            naming = false;
          }
        } else if (code === QUOTE) {
          inString = true;
          naming = !inList && watch.wantsKey();
          name = naming ? '' : name;
          nameFrom = at;
        } else if (inList) {
          const end = inElement(code);
          if (end === undefined) continue;
          const text = element + piece.slice(from, at);
          if (end === 'ends' || hadElement || text.trim() !== '')
            elements.push({ text, line: elementLine || line });
          hadElement = true;
          element = '';
          elementLine = 0;
          from = at + 1;
          if (end === 'ends') continue;
          inList = false;
          from = at;
        } else if (outside(code)) {
          kept += piece.slice(from, at + 1);
          from = at + 1;
          found = true;
          inList = true;
        }
      }
      if (naming) name += piece.slice(nameFrom);
      if (inList) element += piece.slice(from);
      else kept += piece.slice(from);
      return elements;
    },
  };
}

/** What a path of names leads to in a value; undefined where there is nothing. */
export const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, part) => (isRecord(at) && Object.hasOwn(at, part) ? at[part] : undefined), value);
