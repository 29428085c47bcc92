import path from 'node:path';
import { stringify } from 'lossless-json';
import { shown, TidemarkError } from '../../errors';
import { checkOptions, object, text, wholeNumber } from '../../options';
import { type Emulator, type EmulatorRequest, type Reply, startEmulator } from '../api';
import { replayBody } from './body';
import { describeRequest } from './describe-request';
import { nearestRequest } from './nearest';
import { ORIGIN, withOrigin } from './origin';
import { type RecordedRequest, type Recording, readRecording, recordedFiles } from './recording';
import { HIDDEN } from './secret-names';

/** Options of {@link replayAnswers}. */
export interface ReplayOptions {
  /** The folder that {@link recordAnswers} filled. */
  readonly folder: string;
  /** @default a free one */
  readonly port?: number;
}

/** A server that gives recorded answers; it ends with `close`, or at the end of an `await using`. */
export interface AnswerReplay
  extends Pick<Emulator, 'url' | 'requests' | 'faults' | 'close'>,
    AsyncDisposable {
  /** A sentence about each request that isn't recorded, in the order in which they came. */
  readonly unknown: readonly string[];
  /** Names of the files that were not asked for so far. */
  readonly unused: readonly string[];
  /** Begins anew: a repeated request gets its first answer again. */
  rewind(): void;
}

const checks = object<ReplayOptions>(
  { folder: text, port: wholeNumber(0, 65_535) },
  { required: ['folder'] },
);

type Named = Recording & { readonly name: string };

/**
 * Serves recorded answers on a loopback port. A request is the recorded one of its method, path, query and body; the order of
 * parameters, and secrets, don't matter. Asked several times, it gets the answers in the order of their recording, and from
 * then on the last of them. Who asks isn't checked.
 *
 * A request that isn't recorded is answered with 501, which no source tries again, and a sentence that names the nearest one.
 *
 * @throws CONFIG_NOT_FOUND where the folder holds none; CONFIG_INVALID for a file that isn't one
 * @example
 * await using api = await replayAnswers({ folder: 'test/answers' });
 * const loaded = await loadForTest(github({ baseUrl: api.url, accessToken: 'any' }));
 */
export async function replayAnswers(options: ReplayOptions): Promise<AnswerReplay> {
  checkOptions('replayAnswers', options, checks);
  const { folder, port } = options;
  const names = await recordedFiles(folder);
  if (names.length === 0)
    throw new TidemarkError(
      'CONFIG_NOT_FOUND',
      `There are no recorded answers in "${shown(path.resolve(folder))}". Record them: load the source once from the "url" of recordAnswers({ folder: "${shown(folder)}", upstream: … }).`,
    );
  const recordings: readonly Named[] = await Promise.all(
    names.map(async (name) => ({ name, ...(await readRecording(folder, name)) })),
  );
  const byRequest = new Map<string, Named[]>();
  for (const one of recordings) {
    const same = byRequest.get(keyOf(one.request)) ?? [];
    byRequest.set(keyOf(one.request), [...same, one]);
  }
  const asked = new Map<string, number>();
  const used = new Set<string>();
  const unknown: string[] = [];

  function answer(request: EmulatorRequest): Reply {
    const described = describeRequest(request);
    const key = keyFor(described, byRequest);
    if (key === undefined) {
      const sentence = unknownSentence(described, recordings, folder);
      unknown.push(sentence);
      return { status: 501, body: sentence };
    }
    const answers = byRequest.get(key)!;
    const times = asked.get(key) ?? 0;
    asked.set(key, times + 1);
    const found = answers[Math.min(times, answers.length - 1)]!;
    used.add(found.name);
    return replyOf(found, request.origin);
  }

  const server = await startEmulator({ routes: { '* /*': answer }, port });
  return {
    url: server.url,
    requests: server.requests,
    faults: server.faults,
    unknown,
    get unused() {
      return names.filter((name) => !used.has(name));
    },
    rewind: () => asked.clear(),
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  };
}

/** The same text for requests that are one and the same. */
function keyOf({ method, path: at, query, json, form, text: body, base64 }: RecordedRequest): string {
  return stringify(sorted({ method, path: at, query, json, form, text: body, base64 })) ?? '';
}

/** A value whose objects have their keys in one order; numbers of lossless-json stay what they are. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, one]) => [name, sorted(one)]),
  );
}

/** The key of the recording that a request asks for: its own, else one that differs in what was hidden as a secret alone. */
function keyFor(request: RecordedRequest, recorded: ReadonlyMap<string, unknown>): string | undefined {
  const key = keyOf(request);
  if (recorded.has(key)) return key;
  for (const one of recorded.keys()) if (one.includes(HIDDEN) && patternOf(one).test(key)) return one;
  return undefined;
}

const patternOf = (key: string): RegExp =>
  new RegExp(
    `^${key
      .split(HIDDEN)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^"/]+')}$`,
  );

function replyOf({ answer }: Recording, origin: string): Reply {
  const body = replayBody(answer);
  const headers = Object.entries(answer.headers).map(([name, value]) => [
    name,
    withOrigin(value, ORIGIN, origin),
  ]);
  const isText = answer.base64 === undefined;
  return {
    status: answer.status,
    headers: Object.fromEntries(headers) as Record<string, string>,
    ...(body === undefined ? {} : { body: isText ? withOrigin(body.toString(), ORIGIN, origin) : body }),
  };
}

function unknownSentence(asked: RecordedRequest, recordings: readonly Named[], folder: string): string {
  const query = Object.entries(asked.query).flatMap(([name, value]) =>
    [value].flat().map((one) => `${name}=${one}`),
  );
  const address = `${asked.path}${query.length === 0 ? '' : `?${query.join('&')}`}`;
  const nearest = nearestRequest(asked, recordings);
  const like =
    nearest === undefined ? '' : ` The nearest is ${nearest.recording.name}: there ${nearest.differs}.`;
  return `Not recorded: ${asked.method} ${shown(address)}.${like} Record it with recordAnswers({ folder: "${shown(folder)}", upstream: … }).`;
}
