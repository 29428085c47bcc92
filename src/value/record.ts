/** The fields of `T` that can't be undefined, and those that can, as optional ones. */
export type WithoutUndefined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Whether a value is an object as an object literal or JSON.parse makes it: no list, and of no class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Whether a value is an object of named fields: neither null nor a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The field of that name, if the object itself has it. Names come from users and from data: `constructor` is a field of every
 * object, and `__proto__` reads what it inherits from.
 */
export function ownField<T>(fields: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Sets a field whatever its name: an assignment to `__proto__` would be lost. */
export function putField<T>(fields: Record<string, T>, name: string, value: T): void {
  if (name !== '__proto__') fields[name] = value;
  else Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
}

/**
 * An object without the fields whose value is undefined, for whatever tells a missing field from an undefined one: a spread
 * over defaults, `Object.keys`, an outside library.
 */
export function withoutUndefined<T extends object>(fields: T): WithoutUndefined<T> {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as WithoutUndefined<T>;
}
