import { shown, TidemarkError } from '../../errors';
import type { EmulatorRequest, RouteHandler, Routes } from './types';

/** Matches a method and path against a route's pattern; gives the named parts, undefined where it doesn't fit. */
type Matcher = (method: string, path: string) => Readonly<Record<string, string>> | undefined;

/** @throws CONFIG_INVALID for a pattern that isn't a method and a path */
function matcherOf(pattern: string): Matcher {
  const [method, route, ...rest] = pattern.split(' ');
  if (method === undefined || !route?.startsWith('/') || rest.length > 0)
    throw new TidemarkError(
      'CONFIG_INVALID',
      `The route "${shown(pattern)}" is not of the form "GET /path/:name".`,
    );
  const parts = route.split('/');
  return (askedMethod, path) => {
    if (method !== '*' && askedMethod !== method) return undefined;
    const asked = path.split('/');
    const params: Record<string, string> = {};
    for (const [index, part] of parts.entries()) {
      if (part === '*' && index === parts.length - 1) {
        params['*'] = asked.slice(index).map(decodeURIComponent).join('/');
        return params;
      }
      const value = asked[index];
      if (value === undefined) return undefined;
      if (part.startsWith(':') && value !== '') params[part.slice(1)] = decodeURIComponent(value);
      else if (part !== value) return undefined;
    }
    return asked.length === parts.length ? params : undefined;
  };
}

/** Whether a request is meant by a pattern or function; by neither: every one is. */
export function selectorOf(
  on: string | ((request: EmulatorRequest) => boolean) | undefined,
): (request: EmulatorRequest) => boolean {
  if (on === undefined) return () => true;
  if (typeof on === 'function') return on;
  const matches = matcherOf(on);
  return ({ method, path }) => matches(method, path) !== undefined;
}

interface Route {
  readonly handler: RouteHandler;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the first route that fits, in the order in which they are written. */
export function makeRouter(routes: Routes): (method: string, path: string) => Route | undefined {
  const compiled = Object.entries(routes).map(([pattern, handler]) => ({
    matches: matcherOf(pattern),
    handler,
  }));
  return (method, path) => {
    for (const { matches, handler } of compiled) {
      const params = matches(method, path);
      if (params !== undefined) return { handler, params };
    }
    return undefined;
  };
}
