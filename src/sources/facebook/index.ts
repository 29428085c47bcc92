export { facebook } from './facebook';
