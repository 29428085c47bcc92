/** The process of one test file: told which by its parent, which it answers with Jest's result. */
const path = require('node:path');
const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');
const { default: circus } = require('jest-circus/runner');
const { mapStack } = require('./map-stack');

const ROOT = path.join(__dirname, '..', '..');
const mocker = new ModuleMocker(globalThis);
const mocks = ['fn', 'spyOn', 'mocked', 'clearAllMocks', 'resetAllMocks', 'restoreAllMocks'];
const timers = [
  'useFakeTimers',
  'useRealTimers',
  'advanceTimersByTime',
  'advanceTimersByTimeAsync',
  'runAllTimers',
];

/** `test/value/hash.test.ts` → `dist/test/value/hash.test.js` */
const compiled = (file) =>
  file.endsWith('.ts') ? path.join(ROOT, 'dist', path.relative(ROOT, file)).replace(/\.ts$/, '.js') : file;

/** What jest-circus asks of Jest's module system: here Node's own. */
const runtime = {
  requireInternalModule: require,
  requireModule: (file) => require(compiled(file)),
  unstable_shouldLoadAsEsm: () => false,
  setGlobalsForRuntime() {},
  enterTestCode() {},
  leaveTestCode() {},
};

const environment = {
  global: globalThis,
  /** Failures tell of the source. */
  handleTestEvent({ error }) {
    if (error instanceof Error) mapStack(error);
  },
};

async function runFile({ globalConfig, config, testPath }) {
  // seen as another global, so that `node:timers/promises` stays real, as it does within Jest's own environments
  const clock = new ModernFakeTimers({ config, global: new Proxy(globalThis, {}) });
  for (const name of timers) globalThis.jest[name] = clock[name].bind(clock);
  const result = await circus(globalConfig, config, environment, runtime, testPath);
  // may hold what can't be sent; the messages tell it
  for (const one of result.testResults) one.failureDetails = [];
  return result;
}

globalThis.jest = Object.fromEntries(mocks.map((name) => [name, mocker[name].bind(mocker)]));
// the parent has the answer, or is gone
process.on('disconnect', () => process.exit());
process.once('message', (task) => {
  runFile(task).then(
    (result) => process.send({ result }),
    (error) => process.send({ problem: error instanceof Error ? mapStack(error).stack : String(error) }),
  );
});
