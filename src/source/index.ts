export { bindComponent, stateFor } from './bind-component';
export { type Component, components, nodesOf } from './components';
export { defineSource, sourceOf } from './define-source';
export { definedSettings } from './defined-settings';
export { discoverHints } from './discover';
export { type ExtractedPage, type ExtractRequest, extractComponent } from './extract-component';
export type * from './hints';
export { isResource } from './make-resource';
export { isSource } from './make-source';
export {
  columnHints,
  keyHint,
  settingChecks,
  sourceChecks,
  writeDisposition,
  zodObject,
} from './option-checks';
export type { PreparedSource, PrepareOptions } from './prepared-source';
export { resource, transformer } from './resource';
export { engineHints, keyColumns } from './resource-hints';
export type { PageLog, SteppedPage } from './resume';
export type { ConfigInput, Source, SourceFunction, SourceOptions, SourceSettings } from './source-types';
export type * from './types';
