import { quoted, TidemarkError } from '../errors';
import type { CheckpointPace, ResourceDefinition, ResumableSpec } from './types';

/** A page of a component after the author's steps and before incrementals. */
export interface SteppedPage {
  readonly resource: string;
  readonly rows: readonly unknown[];
  /** Items that the source yielded, and bytes of HTTP bodies that they came in. */
  readonly yielded: number;
  readonly bytes: number;
}

/** Keeps the pages of an extraction, so that another attempt continues from the last token. */
export interface PageLog {
  /** The token from which this extraction continues; undefined for one that starts from the beginning. */
  readonly token: string | undefined;
  /** The pages of earlier attempts up to the token, in order. */
  replay(): AsyncIterable<SteppedPage>;
  /** Takes a page. The promise, if any, is that of pages being written: wait for it, so that memory stays bounded. */
  keep(page: SteppedPage): void | Promise<void>;
  /** Records that everything kept so far comes before `token`, with the states as they are at the call. */
  save(token: string): Promise<void>;
}

/** `everySeconds` of a resource that doesn't say. */
const EVERY_SECONDS = 30;

/** How often checkpoints are written; undefined for a resource that cannot be resumed. */
export function resolvePace(resource: string, spec: ResumableSpec | undefined): CheckpointPace | undefined {
  if (spec === undefined || spec === false) return undefined;
  const { everySeconds = EVERY_SECONDS, everyPages = Number.POSITIVE_INFINITY } = spec === true ? {} : spec;
  if (everySeconds >= 0 && everyPages >= 1) return { everySeconds, everyPages };
  throw new TidemarkError(
    'RESOURCE_INVALID',
    `"resumable" of the resource "${resource}" has everySeconds "${everySeconds}" and everyPages "${everyPages}"; seconds are 0 or more, pages 1 or more.`,
    { details: { resource } },
  );
}

/**
 * The `checkpoint` that `extract` is given.
 * @param yielded whether a page came in this extraction
 */
export function checkpointFor(
  { name, resumable }: ResourceDefinition,
  log: PageLog | undefined,
  yielded: () => boolean,
): (token: string) => Promise<void> {
  const refuse = (what: string): never => {
    throw new TidemarkError('RESOURCE_INVALID', `The resource "${name}" ${what}`, {
      details: { resource: name },
    });
  };
  return async (token) => {
    if (resumable === undefined)
      refuse('calls checkpoint() but cannot be resumed: declare resumable: true, and begin at resumeFrom.');
    if (typeof token !== 'string' || token === '')
      refuse(`gave checkpoint() ${quoted(token)}; a token is a text that is not empty.`);
    if (!yielded())
      refuse(
        'called checkpoint() before it yielded a page. The token stands for what comes after the pages yielded so far: call it after the yield, or a page would be lost.',
      );
    await log?.save(token);
  };
}
