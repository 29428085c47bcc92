export { namesAndGuess, nearest } from '../errors';
