export { chess } from './chess';
