import fc from 'fast-check';
import { type Cron, formatInstant, makeTimetable, nextTick, parseCron } from '../../src/interval';
import { nextTurn } from '../../src/interval/next-tick';

type CalendarCron = Extract<Cron, { kind: 'calendar' }>;

const calendar = (text: string, zone: string): CalendarCron => {
  const cron = parseCron(text, zone);
  if (cron.kind === 'every') throw new Error(`${text} is no calendar`);
  return cron;
};

/** Skipped days, half an hour, changes at 00:01 and in the night, twice within a month. */
const CHANGES = [
  ['Pacific/Apia', '2011-12-30T10:00:00Z'],
  ['Pacific/Fakaofo', '2011-12-30T11:00:00Z'],
  ['America/St_Johns', '2010-11-07T02:31:00Z'],
  ['America/St_Johns', '2010-03-14T03:31:00Z'],
  ['Australia/Lord_Howe', '2024-04-06T15:00:00Z'],
  ['Australia/Lord_Howe', '2024-10-05T15:30:00Z'],
  ['Asia/Kathmandu', '2024-01-01T00:00:00Z'],
  ['Europe/Berlin', '2024-03-31T01:00:00Z'],
  ['Europe/Berlin', '2024-10-27T01:00:00Z'],
  ['Africa/Casablanca', '2024-03-10T02:00:00Z'],
] as const;
const CRONS = [
  '0 0 * * *',
  '0 * * * *',
  '*/20 * * * *',
  '30 0 30 * *',
  '15,45 10 29-31 * *',
  '30 10 2 * * 0 *',
  '0 12 * * 5',
];

test('every instant up to the next turn has the same next tick', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...CHANGES),
      fc.constantFrom(...CRONS),
      fc.integer({ min: -30 * 3600, max: 30 * 3600 }),
      fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 5, maxLength: 5 }),
      ([zone, change], text, seconds, shares) => {
        const cron = calendar(text, zone);
        const from = Date.parse(change) + seconds * 1000;
        const turn = nextTurn(cron, from);
        expect(turn).toBeGreaterThan(from);
        const expected = nextTick(cron, from);
        for (const at of [...shares.map((share) => from + share * (turn - from)), turn - 1000])
          expect(nextTick(cron, Math.min(turn - 1000, Math.floor(at / 1000) * 1000))).toBe(expected);
      },
    ),
    { numRuns: 2000 },
  );
});

test.each(['Pacific/Apia', 'Pacific/Fakaofo'])('the day that %s skipped is crossed in few turns', (zone) => {
  const cron = calendar('0 0 * * *', zone);
  let turns = 0;
  for (let at = Date.parse('2011-12-29T00:00:00Z'); at < Date.parse('2012-01-01T00:00:00Z'); turns++)
    at = nextTurn(cron, at);
  expect(turns).toBeLessThan(160);
  const timetable = makeTimetable({
    cron: '0 0 * * *',
    timezone: zone,
    startDate: '2011-12-20',
    catchup: true,
  });
  const due = timetable.dueIntervals({ now: formatInstant(Date.parse('2012-01-05T12:00:00Z')) });
  expect(due.length).toBeGreaterThan(10);
  expect(due.every(({ end }, at) => due[at + 1] === undefined || due[at + 1]!.start === end)).toBe(true);
});
