import { isSecret } from '../../config';
import { TidemarkError } from '../../errors';
import { bodyReader } from '../../http';
import type { Row } from './parent-row';

const PLACEHOLDER = /\{(resources|incremental)\.([^{}]+)\}/g;
const INCREMENTAL_FIELDS = ['startValue', 'endValue', 'initialValue', 'lastValue'];

/** What placeholders are filled with. */
export interface TemplateScope {
  readonly resource: string;
  /** The row of an ancestor, by its resource's name. */
  readonly rowOf: (ancestor: string) => Row | undefined;
  /** A value of the run's cursor, as it is sent. */
  readonly cursorValue: (field: string) => unknown;
}

interface Placeholder {
  readonly kind: 'resources' | 'incremental';
  /** The parent's name; empty for the cursor. */
  readonly parent: string;
  readonly field: string;
}

function placeholder(kind: string, rest: string): Placeholder {
  if (kind === 'incremental') return { kind, parent: '', field: rest };
  const dot = rest.indexOf('.');
  if (dot === -1) return { kind: 'resources', parent: rest, field: '' };
  return { kind: 'resources', parent: rest.slice(0, dot), field: rest.slice(dot + 1) };
}

/** Every text within plain data. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null || isSecret(value)) return [];
  return Object.values(value).flatMap(textsIn);
}

/** The placeholders of a path, of parameters, of headers, of a body. */
export const placeholdersIn = (value: unknown): readonly Placeholder[] =>
  textsIn(value).flatMap((text) =>
    [...text.matchAll(PLACEHOLDER)].map(([, kind = '', rest = '']) => placeholder(kind, rest)),
  );

/** Whether a placeholder names something that exists, in principle. */
export const isKnownField = ({ kind, parent, field }: Placeholder): boolean =>
  kind === 'incremental' ? INCREMENTAL_FIELDS.includes(field) : parent !== '' && field !== '';

function valueFor({ kind, parent, field }: Placeholder, scope: TemplateScope): unknown {
  if (kind === 'incremental') return scope.cursorValue(field);
  const row = scope.rowOf(parent);
  if (row === undefined)
    throw new TidemarkError(
      'RESOURCE_INVALID',
      `Resource "${scope.resource}": which row of "${parent}" a row came of isn't known any more, since a map made another row of it. Return the row itself from map, or a copy: { ...row, more }.`,
      { details: { resource: scope.resource, parent, field } },
    );
  const value = bodyReader(field)(row);
  if (value !== undefined && value !== null) return value;
  throw new TidemarkError(
    'HTTP_UNEXPECTED_BODY',
    `Resource "${scope.resource}": a row of its parent "${parent}" has no "${field}"; it has "${Object.keys(row).join('", "')}".`,
    { details: { resource: scope.resource, parent, field } },
  );
}

function inText(text: string, scope: TemplateScope, encode: (value: string) => string): string {
  return text.replace(PLACEHOLDER, (_, kind: string, rest: string) => {
    const value = valueFor(placeholder(kind, rest), scope);
    if (value !== undefined && value !== null) return encode(String(value));
    throw new TidemarkError(
      'RESOURCE_INVALID',
      `Resource "${scope.resource}": "${text}" needs the cursor's ${rest}, and this run has none. Send it as a parameter of its own, which is left out when the run has none.`,
      { details: { resource: scope.resource } },
    );
  });
}

/** A path with its placeholders filled, each as one part of the address. */
export const fillPath = (path: string, scope: TemplateScope): string =>
  inText(path, scope, encodeURIComponent);

/** Plain data with its placeholders filled; a text that is nothing but one becomes the value itself. */
export function fill(value: unknown, scope: TemplateScope): unknown {
  if (typeof value === 'string') {
    const [whole] = [...value.matchAll(PLACEHOLDER)];
    if (whole?.[0] === value) return valueFor(placeholder(whole[1] ?? '', whole[2] ?? ''), scope);
    return inText(value, scope, (text) => text);
  }
  if (Array.isArray(value)) return value.map((one) => fill(one, scope));
  if (typeof value !== 'object' || value === null || isSecret(value) || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner, scope)]));
}
