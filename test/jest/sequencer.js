const path = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** Seconds of the files that take longest: the start order where Jest remembers no durations, as on a clean clone. */
const SECONDS = {
  'e2e/kill-worker': 57,
  'destination/wide-tables': 54,
  'torture/torture': 44,
  'e2e/local-commands': 42,
  'e2e/temporal-commands': 39,
  'e2e/lost-server': 38,
  'temporal/killed-anywhere': 38,
  'ui/browser/reading': 40,
  'package/packed': 40,
  'docs/tutorial': 36,
  'ui/browser/acting': 36,
  'temporal/embedded/start-server': 36,
  'ui/server/commands': 30,
  'ui/browser/left-open': 28,
  'ui/browser/history': 24,
  'workflows/backfill': 31,
  'conformance/conformance': 31,
  'run/local-as-on-server': 28,
  'pipeline/resume-killed': 25,
  'simulation/simulation': 25,
  'temporal/killed-worker': 19,
  'workflows/load-interval': 18,
  'e2e/init': 16,
  'workflows/slots': 14,
};

/** Longest files first, so that no worker is left alone with one at the end. */
class LongestFirst extends Sequencer {
  time(test) {
    const name = path.relative(path.dirname(__dirname), test.path).replace(/\.test\.ts$/, '');
    return super.time(test) ?? (SECONDS[name.split(path.sep).join('/')] ?? 1) * 1000;
  }
}
module.exports = LongestFirst;
