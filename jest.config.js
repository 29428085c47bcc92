/** @type {import('jest').Config} */
module.exports = {
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // the tests run from the build, each file in a Node process of its own
  globalSetup: '<rootDir>/test/jest/build.js',
  runner: '<rootDir>/test/jest/runner.js',
  transform: {},
  testTimeout: 180_000,
  maxWorkers: 2,
  reporters: ['default', '<rootDir>/test/closing-line-reporter.js'],
};
