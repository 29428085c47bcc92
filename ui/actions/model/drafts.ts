import type { BackfillRequest, BackfillSelection, RunRequest } from '../../../src/ui/api';
import { readBindings } from './bindings';

/** What the fields of a dialog say: as they were typed. */
export interface BackfillDraft {
  readonly from: string;
  readonly to: string;
  readonly select: BackfillSelection;
  readonly chunk: string;
  readonly group: string;
  readonly parallel: string;
  readonly order: 'oldest' | 'newest';
  /** None: all. */
  readonly resources: readonly string[];
}

/** Which time a run loads. */
export type RunTimeKind = 'now' | 'logical-date' | 'interval-at' | 'range';

export interface RunDraft {
  readonly time: RunTimeKind;
  readonly logicalDate: string;
  readonly intervalAt: string;
  readonly from: string;
  readonly to: string;
  readonly resources: readonly string[];
  readonly bind: string;
}

/** A request, or what is wrong with the fields. */
export type Read<T> =
  | { readonly request: T; readonly problems: readonly [] }
  | { readonly request: undefined; readonly problems: readonly string[] };

const MOST = 1000;

/** What a dialog asks for. Empty fields are left to the server's own defaults. */
export function readBackfill(pipeline: string, draft: BackfillDraft): Read<BackfillRequest> {
  const parallel = wholeNumber(draft.parallel);
  const group = wholeNumber(draft.group);
  const problems = [
    ...(parallel === 'wrong' ? [notANumber('At a time', draft.parallel)] : []),
    ...(group === 'wrong' ? [notANumber('Intervals in a run', draft.group)] : []),
  ];
  if (parallel === 'wrong' || group === 'wrong') return { request: undefined, problems };
  const request = {
    pipeline,
    from: given(draft.from),
    to: given(draft.to),
    select: draft.select,
    chunk: given(draft.chunk),
    group,
    parallel,
    order: draft.order === 'oldest' ? undefined : draft.order,
    resources: chosen(draft.resources),
  };
  return { request, problems: [] };
}

export function readRun(pipeline: string, draft: RunDraft): Read<RunRequest> {
  const { bind, problems } = readBindings(draft.bind);
  const missing = missingDate(draft);
  if (problems.length > 0 || missing !== undefined)
    return { request: undefined, problems: [...problems, ...(missing === undefined ? [] : [missing])] };
  const request = { pipeline, ...timeOf(draft), resources: chosen(draft.resources), bind };
  return { request, problems: [] };
}

function timeOf(draft: RunDraft): Pick<RunRequest, 'logicalDate' | 'intervalAt' | 'from' | 'to'> {
  switch (draft.time) {
    case 'now':
      return {};
    case 'logical-date':
      return { logicalDate: draft.logicalDate.trim() };
    case 'interval-at':
      return { intervalAt: draft.intervalAt.trim() };
    case 'range':
      return { from: draft.from.trim(), to: draft.to.trim() };
  }
}

function missingDate(draft: RunDraft): string | undefined {
  const given = Object.values(timeOf(draft)).every((text) => text !== '');
  return given ? undefined : 'Give a date, such as 2026-01-31 or 2026-01-31T06:30.';
}

/** Undefined for an empty text. */
export function wholeNumber(text: string): number | undefined | 'wrong' {
  if (text.trim() === '') return undefined;
  const value = Number(text);
  return Number.isInteger(value) && value >= 1 && value <= MOST ? value : 'wrong';
}

const notANumber = (field: string, text: string): string =>
  `${field}: “${text}” is not a whole number from 1 to ${MOST}.`;

const given = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim());

const chosen = (resources: readonly string[]): readonly string[] | undefined =>
  resources.length === 0 ? undefined : resources;
