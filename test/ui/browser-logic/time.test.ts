import { formatDuration, instantOf } from '../../../ui/lib/time';

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];

test.each([
  [450, '0.5 s'],
  [12 * SECOND, '12 s'],
  [MINUTE, '1 min'],
  [3 * MINUTE + 5 * SECOND, '3 min 5 s'],
  [HOUR, '1 h'],
  [2 * HOUR + 10 * MINUTE, '2 h 10 min'],
  [7 * DAY, '7 days'],
  [6 * DAY + 23 * HOUR, '6 days 23 h'],
  [-1, '0.0 s'],
])('%d ms are %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('seconds are written as intervals are, with a fraction only where there is one', () => {
  expect(instantOf(0)).toBe('1970-01-01T00:00:00Z');
  expect(instantOf(1.5)).toBe('1970-01-01T00:00:01.500Z');
});
