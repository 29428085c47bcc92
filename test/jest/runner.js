const { fork } = require('node:child_process');
const path = require('node:path');

const PROGRAM = path.join(__dirname, 'run-file.js');
/** A file that isn't done by then hangs, in a way that the timeouts of its tests don't end. */
const FILE_TIMEOUT_MS = 20 * 60_000;
/** How long a process may take to end once it has answered, and its output to end after it. */
const EXIT_TIMEOUT_MS = 10_000;
const OUTPUT_TIMEOUT_MS = 1_000;

/**
 * Runs each test file in a Node process of its own, compiled. Jest's own runner wraps every file in a `vm` context, where
 * each look-up of a global costs so much that hot code is several times slower, and reads all modules by itself.
 */
class Runner {
  supportsEventEmitters = false;
  isSerial = false;

  constructor(globalConfig) {
    this.globalConfig = globalConfig;
  }

  async runTests(tests, watcher, onStart, onResult, onFailure) {
    const waiting = [...tests];
    const work = async () => {
      for (
        let test = waiting.shift();
        test !== undefined && !watcher.isInterrupted();
        test = waiting.shift()
      ) {
        await onStart(test);
        try {
          await onResult(test, await this.#runFile(test));
        } catch (error) {
          await onFailure(test, error);
        }
      }
    };
    await Promise.all(Array.from({ length: this.globalConfig.maxWorkers }, work));
  }

  /** @returns Jest's result of a file; rejects if it can't be loaded, or its process ends before it is through */
  #runFile(test) {
    return new Promise((resolve, reject) => {
      const child = fork(PROGRAM, { serialization: 'advanced', stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
      const outputs = [child.stdout, child.stderr];
      const start = Date.now();
      let answer;
      let output = '';
      for (const stream of outputs)
        stream.setEncoding('utf8').on('data', (text) => {
          output += text;
        });
      let late = false;
      const kill = () => child.kill('SIGKILL');
      let timer = setTimeout(() => {
        late = true;
        kill();
      }, FILE_TIMEOUT_MS);
      child.on('error', reject);
      child.on('message', (message) => {
        answer = message;
        clearTimeout(timer);
        timer = setTimeout(kill, EXIT_TIMEOUT_MS);
        // it ends then
        child.disconnect();
      });
      child.on('exit', (code, signal) => {
        clearTimeout(timer);
        const end = () => {
          for (const stream of outputs) stream.destroy();
          const how = `${late ? 'hung' : `ended with ${signal ?? code}`}\n${indented(output)}`;
          if (answer?.result === undefined) reject(failure(answer, how));
          else resolve({ ...answer.result, ...shown(answer.result, output, test, start) });
        };
        // a program that the test left behind may keep the pipes open
        timer = setTimeout(end, OUTPUT_TIMEOUT_MS);
        child.on('close', () => {
          clearTimeout(timer);
          end();
        });
      });
      const { globalConfig } = this;
      child.send({ globalConfig, config: test.context.config, testPath: test.path });
    });
  }
}

/** How long a file took, and what it printed if a test failed, for the reporters. */
function shown(result, output, test, start) {
  const end = Date.now();
  const runtime = end - start;
  const failed = result.numFailingTests > 0 || Boolean(result.testExecError);
  const slow = runtime > test.context.config.slowTestThreshold * 1000;
  return {
    console: failed && output !== '' ? [{ message: output, origin: '', type: 'log' }] : undefined,
    perfStats: { start, end, runtime, slow, loadTestEnvironmentStart: start, loadTestEnvironmentEnd: start },
  };
}

/** Nothing that a test printed is taken for a line of Jest's. */
const indented = (text) => text.replace(/^/gm, '    ');

function failure(answer, how) {
  const error = new Error(answer?.problem ?? `The process of the test file ${how}`);
  error.stack = answer?.problem ?? error.message;
  return error;
}

module.exports = Runner;
