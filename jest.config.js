/** @type {import('jest').Config} */
module.exports = {
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // the tests run from the build, each file in a Node process of its own
  globalSetup: '<rootDir>/test/jest/build.js',
  runner: '<rootDir>/test/jest/runner.js',
  transform: {},
  testTimeout: 180_000,
  testSequencer: '<rootDir>/test/jest/sequencer.js',
  // twice the cores of a small machine: what takes long mostly waits, for a server or a heartbeat's timeout
  maxWorkers: 4,
  reporters: ['default', '<rootDir>/test/closing-line-reporter.js'],
};
