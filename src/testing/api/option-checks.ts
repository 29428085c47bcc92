import {
  anything,
  type Check,
  callable,
  checkOptions,
  either,
  flag,
  listOf,
  numberFrom,
  object,
  oneOf,
  record,
  recordOf,
  satisfying,
  text,
  wholeNumber,
} from '../../options';
import { isRecord } from '../../value';
import type { EmulatorOptions, Fault, Limit } from './types';

const selector: Check = either(text, callable);

const limit = object<Limit>(
  {
    requests: wholeNumber(0),
    seconds: numberFrom(0),
    on: selector,
    status: wholeNumber(100, 599),
    headers: object<NonNullable<Limit['headers']>>({ limit: text, remaining: text, reset: text }),
    resetIs: oneOf('epochSeconds', 'epochMs', 'seconds', 'iso'),
    retryAfter: flag,
    body: anything,
  },
  { required: ['requests', 'seconds'] },
);

type Kind = Fault['kind'];
type FieldsOf<K extends Kind> = Exclude<keyof Extract<Fault, { kind: K }>, 'kind' | 'at' | 'times' | 'on'>;

const status = wholeNumber(100, 599);
const ofKind: { readonly [K in Kind]: { readonly [F in FieldsOf<K>]: Check } } = {
  status: { status, headers: record, body: anything },
  cut: {},
  cutBody: {},
  brokenJson: {},
  html: { text },
  slow: { ms: numberFrom(0) },
  expireToken: {},
  redirect: { to: text, status },
};
const KINDS = oneOf(...Object.keys(ofKind));
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  status: ['status'],
  slow: ['ms'],
  redirect: ['to'],
};

/** A fault has the fields of its kind. */
const fault: Check = {
  accepted: 'a fault such as { kind: "status", status: 503 }',
  takes: isRecord,
  problem(value, at) {
    const kind = isRecord(value) ? String(value['kind']) : '';
    const below = at === '' ? 'kind' : `${at}.kind`;
    return (
      KINDS.problem(kind, below) ??
      object<Record<string, unknown>>(
        { kind: KINDS, at: wholeNumber(1), times: wholeNumber(1), on: selector, ...ofKind[kind as Kind] },
        { required: REQUIRED[kind] ?? [] },
      ).problem(value, at)
    );
  },
};

const checker: Check = satisfying(
  'what basicAuth(…), bearerAuth(…), apiKeyAuth(…) or oauth2Auth(…) gives',
  (value) => isRecord(value) && typeof value['check'] === 'function',
);

const emulator = object<EmulatorOptions>(
  {
    auth: either(checker, listOf(checker)),
    routes: recordOf(callable),
    open: listOf(text),
    limits: listOf(limit),
    faults: listOf(fault),
    notFound: callable,
    now: callable,
    port: wholeNumber(0, 65_535),
  },
  { required: ['routes'] },
);

/** @throws CONFIG_INVALID */
export const checkEmulator = (options: EmulatorOptions): void =>
  checkOptions('startEmulator', options, emulator);

/** @throws CONFIG_INVALID */
export const checkFault = (one: Fault): void => checkOptions('faults.inject', one, fault);
