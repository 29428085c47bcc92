import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

/** What the address names. */
export type Route =
  | { readonly screen: 'overview' }
  | { readonly screen: 'grid'; readonly pipeline: string }
  | { readonly screen: 'interval'; readonly pipeline: string; readonly start: string }
  | { readonly screen: 'schema'; readonly pipeline: string }
  | { readonly screen: 'preview' }
  | { readonly screen: 'not-found' };

const address = signal(location.pathname + location.search);

/** Where the page is, without its query. Keeps its object while only the query changes. */
export const route: ReadonlySignal<Route> = computed(() => routeOf(pathname.value));

/** The address's query; the last of a name that comes twice. */
export const query: ReadonlySignal<Readonly<Record<string, string | undefined>>> = computed(() =>
  Object.fromEntries(new URL(address.value, location.origin).searchParams),
);

const pathname = computed(() => new URL(address.value, location.origin).pathname);

addEventListener('popstate', () => {
  address.value = location.pathname + location.search;
});

/** Goes to a path of this page, such as `/p/chess?from=2026-01-01`. */
export function navigate(path: string, options: { readonly replace?: boolean } = {}): void {
  if (path === address.value) return;
  if (options.replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  const before = pathname.value;
  address.value = path;
  if (!options.replace && pathname.value !== before) scrollTo(0, 0);
}

/** Sets names of the query; undefined takes one out. The others stay. */
export function setQuery(
  patch: Readonly<Record<string, string | undefined>>,
  options: { readonly replace?: boolean } = { replace: true },
): void {
  const params = new URLSearchParams(new URL(address.value, location.origin).search);
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined) params.delete(name);
    else params.set(name, value);
  }
  const text = params.toString();
  navigate(text === '' ? pathname.value : `${pathname.value}?${text}`, options);
}

/** The path of a route. */
export function pathTo(to: Exclude<Route, { readonly screen: 'not-found' }>): string {
  switch (to.screen) {
    case 'overview':
      return '/';
    case 'preview':
      return '/preview';
    case 'grid':
      return `/p/${encodeURIComponent(to.pipeline)}`;
    case 'schema':
      return `/p/${encodeURIComponent(to.pipeline)}/schema`;
    case 'interval':
      return `/p/${encodeURIComponent(to.pipeline)}/i/${encodeURIComponent(to.start)}`;
  }
}

interface LinkProps {
  readonly href: string;
  readonly class?: string | undefined;
  readonly id?: string | undefined;
  readonly title?: string | undefined;
  readonly 'aria-label'?: string | undefined;
  readonly 'aria-current'?: 'page' | 'true' | undefined;
  readonly children?: ComponentChildren;
}

/** A link within the page: a plain click goes there without loading it again. */
export function Link({ href, children, ...rest }: LinkProps) {
  const onClick = (event: MouseEvent) => {
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!plain || event.defaultPrevented) return;
    event.preventDefault();
    navigate(href);
  };
  return (
    <a {...rest} href={href} onClick={onClick}>
      {children}
    </a>
  );
}

function routeOf(path: string): Route {
  if (path === '/') return { screen: 'overview' };
  if (path === '/preview') return { screen: 'preview' };
  const [, name = '', rest = ''] = /^\/p\/([^/]+)\/?(.*)$/.exec(path) ?? [];
  const pipeline = decode(name);
  if (pipeline === undefined || pipeline === '') return { screen: 'not-found' };
  if (rest === '') return { screen: 'grid', pipeline };
  if (rest === 'schema') return { screen: 'schema', pipeline };
  const start = decode(/^i\/([^/]+)$/.exec(rest)?.[1] ?? '');
  return start ? { screen: 'interval', pipeline, start } : { screen: 'not-found' };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
