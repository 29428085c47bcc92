export { IntervalExplorer } from './explorer';
