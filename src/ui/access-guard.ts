import type { MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { UiContext, UiEnv } from './guards';
import { SECURITY_HEADERS } from './headers';
import { Refusal } from './refusal';
import type { TokenGate } from './token';

/**
 * Lets in who has the cookie. A link with the token leads to the cookie, and to the same address without the token.
 *
 * @param cookie its name: cookies of one host are seen on all its ports
 */
export function tokenGuard(gate: TokenGate, cookie: string): MiddlewareHandler<UiEnv> {
  return async (c, next) => {
    const token = c.req.query('token');
    if (token !== undefined && c.req.method === 'GET' && !c.req.path.startsWith('/api/'))
      return enter(c, { gate, cookie, token });
    if (gate.isSession(getCookie(c, cookie))) return next();
    if (c.req.path.startsWith('/api/'))
      throw new Refusal(401, 'TOKEN_MISSING', 'Open the link that the server printed when it started.');
    // a browser leaves the cookie out where another site's link led here, and has it once this page asks itself
    const page = c.req.header('sec-fetch-site') === 'cross-site' ? followPage(target(c)) : askPage();
    return c.html(page, 401, { ...SECURITY_HEADERS, 'cache-control': 'no-store' });
  };
}

function enter(
  c: UiContext,
  { gate, cookie, token }: { readonly gate: TokenGate; readonly cookie: string; readonly token: string },
): Response {
  const verdict = gate.check(token, c.env.incoming.socket.remoteAddress ?? '');
  if (verdict === 'too-many') {
    c.header('retry-after', '60');
    throw new Refusal(
      429,
      'TOKEN_WRONG',
      'Too many wrong tokens came from this address; try again in a minute.',
    );
  }
  c.header('cache-control', 'no-store');
  if (verdict === 'wrong') return c.html(askPage('This link is not, or no more, the right one.'), 401);
  setCookie(c, cookie, gate.session, { httpOnly: true, sameSite: 'Strict', path: '/' });
  if (c.req.header('sec-fetch-site') === 'cross-site') return c.html(followPage(target(c)));
  return c.redirect(target(c), 303);
}

/** Where the same page is without the token. It begins with one slash: two would name another host. */
function target(c: UiContext): string {
  const { pathname, searchParams } = new URL(c.req.url);
  searchParams.delete('token');
  const query = searchParams.size === 0 ? '' : `?${searchParams}`;
  return `/${pathname.replace(/^[/\\]+/, '')}${query}`;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const page = (head: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width, initial-scale=1">${head}<title>tidemark</title></head><body>${body}</body></html>`;

const askPage = (why = ''): string =>
  page(
    '',
    `<h1>This page needs its link</h1>${why === '' ? '' : `<p>${escaped(why)}</p>`}<p>Open the link that <code>tidemark ui</code> printed when it started; it ends with <code>?token=</code> and a long text. After that this browser knows you until the server ends.</p>`,
  );

const followPage = (to: string): string =>
  page(
    `<meta http-equiv="refresh" content="0; url=${escaped(to)}">`,
    `<p><a href="${escaped(to)}">Go on to the page</a></p>`,
  );
