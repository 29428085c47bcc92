export { type EndpointName, STRIPE_ENDPOINTS } from './endpoints';
export { stripe } from './stripe';
