import type { z } from 'zod';
import { isSecretSchema } from './secret';

/** An object of fields. */
export interface ObjectField {
  readonly kind: 'object';
  readonly schema: z.ZodType;
  readonly fields: ReadonlyMap<string, Field>;
  /** Whether keys beside the fields have a meaning. */
  readonly open: boolean;
}

/** One of several objects, such as the kinds of credentials that an API takes; the first that is complete is meant. */
export interface ChoiceField {
  readonly kind: 'choice';
  readonly schema: z.ZodType;
  readonly options: readonly ObjectField[];
}

/** A field of a config: another object of fields, a choice between such, or a value. */
export type Field =
  | ObjectField
  | ChoiceField
  | { readonly kind: 'value'; readonly schema: z.ZodType; readonly secret: boolean; readonly type: string };

interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly catchall?: z.ZodType;
  readonly options?: readonly z.ZodType[];
}

const definitionOf = (schema: z.ZodType): Definition => schema.def as unknown as Definition;

/** Reads the fields of a zod object, through optional, default and the like: what has to be looked up, and how. */
export function fieldOf(schema: z.ZodType): Field {
  let inner = schema;
  for (;;) {
    if (isSecretSchema(inner)) return { kind: 'value', schema, secret: true, type: 'string' };
    const definition = definitionOf(inner);
    const next = definition.innerType ?? definition.in;
    if (definition.type === 'object' && definition.shape !== undefined)
      return {
        kind: 'object',
        schema,
        open: definition.catchall !== undefined,
        fields: new Map(Object.entries(definition.shape).map(([name, field]) => [name, fieldOf(field)])),
      };
    const options = definition.type === 'union' ? (definition.options ?? []).map(fieldOf) : [];
    if (options.length > 0 && options.every((option) => option.kind === 'object'))
      return { kind: 'choice', schema, options };
    if (next === undefined) return { kind: 'value', schema, secret: false, type: definition.type };
    inner = next;
  }
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
  ['1', true],
  ['0', false],
]);

/** Text from the environment as the field wants it; a text that doesn't fit stays text, and zod says so. */
export function fromText(text: string, type: string): unknown {
  if (type === 'number') return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
  if (type === 'bigint') return /^\s*-?\d+\s*$/.test(text) ? BigInt(text.trim()) : text;
  if (type === 'boolean') return BOOLEANS.get(text.trim().toLowerCase()) ?? text;
  if (type === 'array' || type === 'record' || type === 'object' || type === 'tuple')
    return parseJson(text) ?? text;
  return text;
}

/** The value of a JSON text, undefined if it isn't one. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
