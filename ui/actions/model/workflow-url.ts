import type { TemporalPlace } from '../../../src/ui/api';

/** A text as an address to be followed: undefined for what is none of the web, such as `javascript:`. */
export function webUrl(text: string | undefined): string | undefined {
  return text !== undefined && /^https?:\/\//i.test(text) ? text : undefined;
}

/** Where Temporal's own UI shows a workflow. */
export function workflowUrl(
  place: Pick<TemporalPlace, 'uiUrl' | 'namespace'> | undefined,
  workflowId: string | undefined,
): string | undefined {
  const base = webUrl(place?.uiUrl);
  if (base === undefined || place?.namespace === undefined || workflowId === undefined) return undefined;
  const path = `namespaces/${encodeURIComponent(place.namespace)}/workflows/${encodeURIComponent(workflowId)}`;
  return `${base.replace(/\/+$/, '')}/${path}`;
}
