export { twitter } from './twitter';
