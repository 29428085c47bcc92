import type { z } from 'zod';
import { shown, shownAddress } from '../errors';

interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly options?: readonly z.ZodType[];
}

const definitionOf = (schema: z.ZodType): Definition => schema.def as unknown as Definition;

/** The schemas at a path: several where a union has more than one. */
function schemasAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly z.ZodType[] {
  const { type, innerType, in: input, element, valueType, shape, options } = definitionOf(schema);
  if (type === 'union') return (options ?? []).flatMap((option) => schemasAt(option, path));
  const inside = innerType ?? input;
  if (inside !== undefined) return schemasAt(inside, path);
  const [step, ...rest] = path;
  if (step === undefined) return [schema];
  const below =
    element ??
    valueType ??
    (shape !== undefined && Object.hasOwn(shape, step) ? shape[String(step)] : undefined);
  return below === undefined ? [] : schemasAt(below, rest);
}

/** The keys that an object at a path may have. */
export const keysAt = (schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] =>
  schemasAt(schema, path).flatMap((one) => Object.keys(definitionOf(one).shape ?? {}));

/** Of the kinds of a union, the one whose object was meant: what is wrong with it lies inside it, or is a key of it. */
export const kindFor = (
  kinds: readonly (readonly z.core.$ZodIssue[])[],
): readonly z.core.$ZodIssue[] | undefined =>
  kinds.find((issues) => issues.some(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'));

/** A value that doesn't fit as a message quotes it: one that should have been an address may hold credentials. */
export const shownFor = (issue: z.core.$ZodIssue | undefined, value: unknown): string =>
  issue?.code === 'invalid_format' && issue.format === 'url' ? shownAddress(value) : shown(value);
