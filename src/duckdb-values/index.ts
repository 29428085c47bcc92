import './whole-texts';

export { readValue } from './read-value';
