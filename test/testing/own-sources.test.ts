import { startGithubEmulator } from '../../examples/github-emulator';
import { github } from '../../src/sources/github';
import { checkSource, testClock } from '../../src/testing';

test("GitHub's issues and events pass what every source should", async () => {
  const clock = testClock('2024-01-06T00:00:00Z');
  await using api = await startGithubEmulator({ now: clock.now, issues: 60, eventsPerDay: 4, stars: 5 });
  const source = github(api.config).withResources('issues', 'events');
  const intervals = [3, 4].map((day) => ({
    start: `2024-01-0${day}T00:00:00Z`,
    end: `2024-01-0${day + 1}T00:00:00Z`,
  }));
  const report = await checkSource(source, { intervals, clock, api });
  report.expectPassed();
  expect(report.checks.map(({ status }) => status)).toEqual(report.checks.map(() => 'passed'));
});
