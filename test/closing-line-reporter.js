/** Closes a run with `N passed, N failed` alone on a line: what CI reads. A file that could not run counts as a failure. */
class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    process.stderr.write('\n');
    process.stdout.write(`${results.numPassedTests} passed, ${failed} failed\n`);
  }
}
module.exports = ClosingLineReporter;
