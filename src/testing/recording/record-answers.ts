import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isSecret, registerSecretValue, revealSecret, type Secret } from '../../config';
import { shownAddress, TidemarkError } from '../../errors';
import { checkOptions, hidden, listOf, object, satisfying, text, wholeNumber } from '../../options';
import { type Emulator, type EmulatorRequest, type Reply, startEmulator } from '../api';
import { describeRequest } from './describe-request';
import { answerOf, ask, replyOf } from './forward';
import { hideInJson } from './hide';
import { learnFromRequest } from './learn';
import { fileName, fileText, type Recording, readRecording, recordedFiles } from './recording';

/** Options of {@link recordAnswers}. */
export interface RecordOptions {
  /** The folder of the recorded answers; made where it isn't there. Those that it holds are replaced. */
  readonly folder: string;
  /** The API: `https://api.github.com`. Its path, if it has one, belongs to the source's `baseUrl`. */
  readonly upstream: string;
  /**
   * Values that no file may hold. Secrets of a source's config, and what is sent or answered under the name of a secret, are
   * known without being listed. @default none
   */
  readonly secrets?: readonly (string | Secret)[];
  /** @default a free one */
  readonly port?: number;
}

/** A server that asks the API and keeps each answer; it ends with `close`, or at the end of an `await using`. */
export interface AnswerRecorder extends Pick<Emulator, 'url' | 'requests' | 'close'>, AsyncDisposable {
  /** Names of the files that were written, in the order of their requests. */
  readonly files: readonly string[];
}

const checks = object<RecordOptions>(
  {
    folder: text,
    upstream: satisfying(
      'an address such as "https://api.example.com"',
      (value) => typeof value === 'string',
    ),
    secrets: listOf(
      hidden('a text or a secret', (value) => (typeof value === 'string' && value !== '') || isSecret(value)),
    ),
    port: wholeNumber(0, 65_535),
  },
  { required: ['folder', 'upstream'] },
);

/** Refusals and failures that pass: a client asks again, and its next answer is the one to keep. */
const PASSES = new Set([408, 425, 429]);
const isKept = (status: number): boolean => status < 500 && !PASSES.has(status);

/**
 * Starts a server on a loopback port that asks an API what it is asked, and keeps each answer as a file of JSON that can be
 * read: {@link replayAnswers} serves them. Give its `url` to the source as base address. Links to the API lead to the server.
 *
 * No file holds a request's headers, a cookie, or a secret: by its value as far as it is known, else by the name under which
 * it stands in an address, a header or a body. Read the files before you share them all the same: they hold what the API knows.
 *
 * Answers 429, 408, 425 and 5xx are handed on and not kept.
 *
 * @throws CONFIG_INVALID for an option that doesn't exist, or an upstream that is no bare address
 * @example
 * await using recorder = await recordAnswers({ folder: 'test/answers', upstream: 'https://api.github.com' });
 * await loadForTest(github({ baseUrl: recorder.url, accessToken: process.env.GITHUB_TOKEN }));
 */
export async function recordAnswers(options: RecordOptions): Promise<AnswerRecorder> {
  checkOptions('recordAnswers', options, checks);
  const { folder, port, secrets = [] } = options;
  const upstream = originOf(options.upstream);
  for (const secret of secrets) registerSecretValue(isSecret(secret) ? revealSecret(secret) : secret);
  await mkdir(folder, { recursive: true });
  for (const name of await recordedFiles(folder)) await rm(path.join(folder, name));
  const files = new Map<number, string>();

  async function answered(request: EmulatorRequest): Promise<Reply> {
    learnFromRequest(request);
    const asked = await ask(upstream, request);
    if ('failure' in asked) return { status: 502, body: `${upstream} could not be asked: ${asked.failure}` };
    const { response } = asked;
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (isKept(response.status)) {
      const described = describeRequest(request);
      const name = fileName(request.number, described);
      await writeFile(
        path.join(folder, name),
        fileText({ request: described, answer: answerOf(response, bytes, upstream) }),
      );
      files.set(request.number, name);
    }
    return replyOf(response, bytes, { from: upstream, to: request.origin });
  }

  /** A secret may have been met after an answer that holds it. */
  async function hideAgain(): Promise<void> {
    for (const name of files.values()) {
      const recording = await readRecording(folder, name);
      const hidden = fileText(hideInJson(recording) as Recording);
      if (hidden !== fileText(recording)) await writeFile(path.join(folder, name), hidden);
    }
  }

  const server = await startEmulator({ routes: { '* /*': answered }, port });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= server.close().then(hideAgain);
    return closed;
  };
  return {
    url: server.url,
    requests: server.requests,
    get files() {
      return [...files].sort(([a], [b]) => a - b).map(([, name]) => name);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function originOf(upstream: string): string {
  const address = URL.canParse(upstream) ? new URL(upstream) : undefined;
  if (address !== undefined && /^https?:$/.test(address.protocol)) {
    if (upstream.replace(/\/$/, '').toLowerCase() === address.origin) return address.origin;
    if (address.username === '' && address.password === '')
      throw new TidemarkError(
        'CONFIG_INVALID',
        `recordAnswers: "upstream" takes the address alone, "${address.origin}"; append "${address.pathname}" to the "url" of the recorder, where the source gets its base address.`,
      );
  }
  throw new TidemarkError(
    'CONFIG_INVALID',
    `recordAnswers: "${shownAddress(upstream)}" is not a valid upstream; write an address without credentials, such as "https://api.example.com".`,
  );
}
