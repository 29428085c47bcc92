import { HIDDEN, knowsSecrets, redact } from './redact';

/** Deeper or larger data isn't looked through: it is left out. */
const DEEPEST = 20;
const MOST_VALUES = 20_000;

/**
 * {@link redact} for data: every text in it, keys included, whatever holds it: objects, lists, maps, sets, errors with
 * their causes, addresses. What can't be cut (bytes, numbers, values of other classes) is replaced as a whole. Data
 * without a secret is given back as it is.
 *
 * @param most objects and lists that are looked through; what is beyond is left out. @default 20,000
 */
export function redactData<T>(data: T, most: number = MOST_VALUES): T {
  if (!knowsSecrets()) return data;
  return walk(data, [], { left: most }) as T;
}

function walk(data: unknown, above: readonly unknown[], budget: { left: number }): unknown {
  if (typeof data === 'string') return redact(data);
  if (typeof data === 'number' || typeof data === 'bigint' || typeof data === 'symbol')
    return holds(String(data)) ? HIDDEN : data;
  if (typeof data !== 'object' || data === null) return data;
  budget.left--;
  if (budget.left < 0 || above.length >= DEEPEST) return '[…]';
  if (above.includes(data)) return '[circular]';
  const within = [...above, data];
  return inside(data, (value) => walk(value, within, budget));
}

const holds = (text: string): boolean => redact(text) !== text;

function inside(data: object, clean: (value: unknown) => unknown): unknown {
  if (Array.isArray(data)) return sameOr(data, data.map(clean));
  if (data instanceof Map) {
    const entries = [...data].map(([key, value]) => [clean(key), clean(value)] as const);
    return changed([...data].flat(), entries.flat()) ? new Map(entries) : data;
  }
  if (data instanceof Set) {
    const values = [...data].map(clean);
    return changed([...data], values) ? new Set(values) : data;
  }
  if (ArrayBuffer.isView(data) || data instanceof ArrayBuffer) return bytesWithout(data);
  if (data instanceof URL) return clean(data.href) === data.href ? data : clean(data.href);
  return objectWithout(data, clean);
}

function changed(before: readonly unknown[], after: readonly unknown[]): boolean {
  return before.some((value, at) => !Object.is(value, after[at]));
}

const sameOr = (before: readonly unknown[], after: readonly unknown[]): readonly unknown[] =>
  changed(before, after) ? after : before;

function bytesWithout(data: ArrayBufferView | ArrayBuffer): unknown {
  const bytes = ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
  return holds(new TextDecoder().decode(bytes)) ? `[${bytes.length} bytes]` : data;
}

/** A copy that is of the same class, and that is printed like the original: also by what isn't enumerable in an error. */
function objectWithout(data: object, clean: (value: unknown) => unknown): unknown {
  const text = textOf(data);
  if (text !== undefined && holds(text)) return redact(text);
  let isChanged = false;
  const copy: object = Object.create(Object.getPrototypeOf(data) as object | null);
  for (const key of Reflect.ownKeys(data)) {
    const descriptor = Object.getOwnPropertyDescriptor(data, key);
    if (descriptor === undefined || (!descriptor.enumerable && !(data instanceof Error))) continue;
    const before: unknown = 'value' in descriptor ? descriptor.value : read(data, key);
    const after = before === UNREADABLE ? undefined : clean(before);
    const name = typeof key === 'string' ? redact(key) : key;
    isChanged ||= name !== key || !Object.is(before, after);
    Object.defineProperty(copy, name, {
      value: after,
      enumerable: descriptor.enumerable ?? false,
      writable: true,
      configurable: true,
    });
  }
  return isChanged ? copy : data;
}

/** How a value of another class is written in JSON, if it says so: an instant, a decimal. */
function textOf(data: object): string | undefined {
  const { toJSON } = data as { toJSON?: unknown };
  if (typeof toJSON !== 'function' || data instanceof Error) return undefined;
  try {
    const text: unknown = toJSON.call(data);
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}

const UNREADABLE = Symbol('unreadable');

function read(data: object, key: PropertyKey): unknown {
  try {
    return (data as Record<PropertyKey, unknown>)[key];
  } catch {
    return UNREADABLE;
  }
}
