import { isDeepStrictEqual } from 'node:util';
import { shown } from '../../errors';
import type { RecordedRequest } from './recording';

/** What of a request a message can name. */
type Part = readonly [name: string, value: unknown];

/** What differs between a request and a recorded one, the weightiest first. */
function differences(
  asked: RecordedRequest,
  recorded: RecordedRequest,
): { readonly weight: number; readonly told: string }[] {
  const found: { weight: number; told: string }[] = [];
  if (asked.method !== recorded.method) found.push({ weight: 6, told: `the method is ${recorded.method}` });
  const [path, other] = [asked.path.split('/'), recorded.path.split('/')];
  const apart = Math.max(path.length, other.length) - path.filter((part, at) => part === other[at]).length;
  if (apart > 0) found.push({ weight: 4 * apart, told: `the path is "${shown(recorded.path)}"` });
  const names = [...new Set([...Object.keys(asked.query), ...Object.keys(recorded.query)])];
  for (const name of names) {
    const [one, two]: Part[] = [
      [name, asked.query[name]],
      [name, recorded.query[name]],
    ];
    if (isDeepStrictEqual(one![1], two![1])) continue;
    if (one![1] === undefined) found.push({ weight: 2, told: `there is also ${name}=${shown(two![1])}` });
    else if (two![1] === undefined) found.push({ weight: 2, told: `there is no "${shown(name)}"` });
    else found.push({ weight: 1, told: `"${shown(name)}" is "${shown(two![1])}"` });
  }
  const body = ({ json, form, text, base64 }: RecordedRequest): unknown => ({ json, form, text, base64 });
  if (!isDeepStrictEqual(body(asked), body(recorded))) found.push({ weight: 2, told: 'the body differs' });
  return found;
}

/** The recorded request that is most like one that isn't recorded, and how it differs from it; undefined where there are none. */
export function nearestRequest<R extends { readonly request: RecordedRequest }>(
  asked: RecordedRequest,
  recordings: readonly R[],
): { readonly recording: R; readonly differs: string } | undefined {
  let best: { recording: R; differs: string } | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const recording of recordings) {
    const found = differences(asked, recording.request);
    const weight = found.reduce((sum, one) => sum + one.weight, 0);
    if (weight >= least) continue;
    least = weight;
    best = { recording, differs: found.map(({ told }) => told).join(', ') };
  }
  return best;
}
