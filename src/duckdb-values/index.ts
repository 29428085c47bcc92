export { readValue } from './read-value';
