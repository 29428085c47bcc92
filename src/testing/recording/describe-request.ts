import type { EmulatorRequest } from '../api';
import { recordBody } from './body';
import { hideInParameters, hideInText } from './hide';
import type { RecordedRequest } from './recording';

/** A request as it is kept and found again. */
export function describeRequest(
  request: Pick<EmulatorRequest, 'method' | 'path' | 'query' | 'text' | 'headers'>,
): RecordedRequest {
  return {
    method: request.method,
    path: hideInText(request.path),
    query: hideInParameters(request.query),
    ...recordBody(new TextEncoder().encode(request.text), request.headers['content-type'] ?? ''),
  };
}
