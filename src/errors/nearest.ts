/** Longer texts are no slip of the hand, and comparing them takes long. */
const LONGEST = 60;

/** Of `candidates`, the one that `name` was probably meant to be: at most a third of its letters differ, or one begins the other. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  if (name.length > LONGEST) return undefined;
  let best: string | undefined;
  let least = Math.floor(Math.max(name.length, 3) / 3) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best ?? candidates.find((candidate) => beginsAlike(name.toLowerCase(), candidate.toLowerCase()));
}

/** Whether one is the beginning of the other, `cursorPath` of `cursor`. */
const beginsAlike = (name: string, candidate: string): boolean =>
  Math.min(name.length, candidate.length) >= 3 && (name.startsWith(candidate) || candidate.startsWith(name));

/** The number of letters to insert, delete, exchange or swap with the next to come from one text to the other. */
function editDistance(from: string, to: string): number {
  let beforeThat: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const exchange = previous[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1);
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const swap = swapped && row > 1 && column > 1 ? beforeThat[column - 2]! + 1 : exchange;
      current.push(Math.min(previous[column]! + 1, current[column - 1]! + 1, exchange, swap));
    }
    [beforeThat, previous] = [previous, current];
  }
  return previous[to.length]!;
}

/** `"a", "b", "c". Did you mean "b"?`, to end an error about a name that isn't among `candidates`. */
export function namesAndGuess(name: string, candidates: readonly string[]): string {
  const list = candidates.map((candidate) => `"${candidate}"`).join(', ');
  return `${list}.${guess(name, candidates)}`;
}

/** ` Did you mean "b"?`, with the space before it; empty if nothing is near. */
export function guess(name: string, candidates: readonly string[]): string {
  const best = nearest(name, candidates);
  return best === undefined ? '' : ` Did you mean "${best}"?`;
}
