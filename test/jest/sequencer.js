const path = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** Seconds of the files that take longest: the start order where Jest remembers no durations, as on a clean clone. */
const SECONDS = {
  'e2e/kill-worker': 57,
  'sources/stripe-mock': 50,
  'torture/torture': 40,
  'e2e/temporal-commands': 37,
  'workflows/backfill': 37,
  'e2e/local-commands': 32,
  'temporal/embedded/start-server': 26,
  'conformance/conformance': 22,
  'workflows/slots': 19,
  'temporal/killed-worker': 18,
  'workflows/load-interval': 18,
  'pipeline/resume-killed': 16,
  'temporal/real-loads': 16,
  'e2e/init': 14,
  'e2e/worker-command': 13,
  'temporal/deploy': 12,
  'temporal/cron-schedule': 11,
  'temporal/connection-settings': 11,
  'workflows/load-group': 10,
};

/** Longest files first, so that no worker is left alone with one at the end. */
class LongestFirst extends Sequencer {
  time(test) {
    const name = path.relative(path.dirname(__dirname), test.path).replace(/\.test\.ts$/, '');
    return super.time(test) ?? (SECONDS[name.split(path.sep).join('/')] ?? 1) * 1000;
  }
}
module.exports = LongestFirst;
