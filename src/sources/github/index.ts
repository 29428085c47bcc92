export { github } from './github';
