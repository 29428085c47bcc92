// What the emulators share: the API of `tidemark/testing`, and what an emulator needs as a program of its own.
export * from '../../src/testing/api';
export { givenOptions } from './given-options';
export { pick, type Random, randomFor, whole } from './random';
export { serveUntilStopped } from './serve';
