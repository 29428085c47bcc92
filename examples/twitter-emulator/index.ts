export { type DatasetOptions, idAt, madeAt, makeDataset, type Post } from './dataset';
export {
  type PostRange,
  startTwitterEmulator,
  type TwitterEmulator,
  type TwitterEmulatorOptions,
} from './server';
