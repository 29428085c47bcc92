import { isDeepStrictEqual } from 'node:util';

let passed = 0;
const failures: string[] = [];

export function check(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) passed += 1;
  else failures.push(`${what}: expected ${shown(expected)}, got ${shown(actual)}`);
}

const shown = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}n` : inner));

/** Prints what failed and, as the last line, how many did. */
export function report(): void {
  for (const failure of failures) console.log(failure);
  console.log(`${passed} passed, ${failures.length} failed`);
  if (failures.length > 0) process.exitCode = 1;
}
