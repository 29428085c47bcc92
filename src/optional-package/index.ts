export { OPTIONAL_PACKAGES, type OptionalFeature } from './features';
export { checkInstalled, loadPackage } from './installed';
