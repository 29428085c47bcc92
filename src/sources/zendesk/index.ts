export { zendesk } from './zendesk';
