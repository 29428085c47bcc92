export { type DatasetOptions, type Game, makeDataset, monthOf } from './dataset';
export {
  type ChessEmulator,
  type ChessEmulatorOptions,
  type GameRange,
  startChessEmulator,
} from './server';
