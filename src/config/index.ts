export { redact, redactData, registerSecretValue } from '../redaction';
export { defineConfig } from './define-config';
export {
  type ConfigProvider,
  environmentProviders,
  environmentVariable,
  environmentVariables,
} from './environment';
export { findConfigFile } from './find-config-file';
export { type InstantInput as SourceInstantInput, instant, isoText, unix } from './instant';
export { importFile, loadConfigFile, loadDefaultExport } from './load-config-file';
export { lookUp, lookUpAt } from './lookup';
export { isAlive } from './process-alive';
export { resolveConfig } from './resolve-config';
export { isSecret, revealSecret, Secret, secret } from './secret';
export { listingConfig, resolveSourceConfig, wrapSecrets } from './source-config';
export type * from './types';
export { shownFor } from './zod-shape';
