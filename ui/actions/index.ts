export { ActionHost } from './action-host';
export { webUrl } from './model/workflow-url';
export { type ActionDraft, acted, openAction } from './open-action';
