/**
 * What the author of a source needs to test it without a network: `tidemark/testing`. It works in any test framework, and
 * belongs to none: what isn't as expected is an AssertionError of `node:assert`.
 */
export * from './api';
export { checkSource } from './check/check-source';
export type { CheckSourceOptions, SourceCheck, SourceReport } from './check/types';
export { type TestClock, type TestInstant, testClock } from './clock';
export type { ExpectRowsOptions } from './load/expect-rows';
export {
  loadForTest,
  type TestLoad,
  type TestLoadOptions,
  type TestRun,
} from './load/load-for-test';
export type { PlainRow } from './load/rows';
export type { TestSource } from './load/test-dataset';
export { type AnswerRecorder, type RecordOptions, recordAnswers } from './recording/record-answers';
export { type AnswerReplay, type ReplayOptions, replayAnswers } from './recording/replay-answers';
