export { defineConfig } from './define-config';
export {
  type ConfigProvider,
  type EnvironmentOptions,
  environmentProviders,
  environmentVariable,
  environmentVariables,
} from './environment';
export { type InstantInput as SourceInstantInput, instant, isoText, unix } from './instant';
export { findConfigFile, type LoadedConfigFile, loadConfigFile } from './load-config-file';
export { type ConfigOwner, type Lookup, lookUp } from './lookup';
export { isAlive } from './process-alive';
export { redact, redactData, registerSecretValue } from './redact';
export { resolveConfig } from './resolve-config';
export { isSecret, revealSecret, Secret, type SecretSchema, secret } from './secret';
export { listingConfig, resolveSourceConfig, type SourceConfigRequest, sealGiven } from './source-config';
export type * from './types';
