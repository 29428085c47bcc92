export { pick, type Random, randomFor, whole } from '../emulator-kit';
