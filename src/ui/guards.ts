import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import { ACTION_HEADER } from './api';
import { Refusal } from './refusal';

/** What handlers and guards know of a request. */
export interface UiEnv {
  readonly Bindings: HttpBindings;
}

export type UiContext = Context<UiEnv>;

/** Refuses what was sent to a name that isn't this server's: a page of another site whose name leads here. */
export function allowedHosts(
  isAllowed: (asked: {
    readonly host: string | undefined;
    readonly localAddress: string | undefined;
  }) => boolean,
): MiddlewareHandler<UiEnv> {
  return async (c, next) => {
    const host = c.req.header('host');
    const { socket, url = '' } = c.env.incoming;
    // `http://name/path` names a host of its own; only a proxy is asked like that
    if (!url.startsWith('/') || !isAllowed({ host, localAddress: socket.localAddress }))
      throw new Refusal(
        403,
        'HOST_REFUSED',
        'This server is not known by the name in the address; open it by the address that it printed, or start it with --allowed-host and that name.',
      );
    await next();
  };
}

/** Refuses what a browser says that another site asks for. What isn't a browser says nothing. */
export const sameSite: MiddlewareHandler<UiEnv> = async (c, next) => {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new Refusal(403, 'ORIGIN_REFUSED', 'Only the page of this server may ask it.');
  await next();
};

/** Refuses a body that isn't JSON: a form of another site can send no JSON without asking first. */
export const jsonBody: MiddlewareHandler<UiEnv> = async (c, next) => {
  const [type = ''] = (c.req.header('content-type') ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/json')
    throw new Refusal(415, 'BODY_INVALID', 'Send JSON, with the content-type application/json.');
  const origin = c.req.header('origin');
  if (origin !== undefined && !isOwnOrigin(c, origin)) throw foreign();
  await next();
};

/** Refuses an action that this server's own page didn't send. */
export const ownPage: MiddlewareHandler<UiEnv> = async (c, next) => {
  const origin = c.req.header('origin');
  if (origin === undefined || !isOwnOrigin(c, origin)) throw foreign();
  if (c.req.header(ACTION_HEADER) === undefined)
    throw new Refusal(403, 'ORIGIN_REFUSED', `An action needs the header ${ACTION_HEADER}.`);
  await next();
};

const foreign = (): Refusal =>
  new Refusal(403, 'ORIGIN_REFUSED', 'Actions are taken from the page of this server only.');

/** Whether an origin is that of the page. Its name was looked at before; behind a proxy the page may come by https. */
function isOwnOrigin(c: UiContext, origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host } = new URL(origin);
  const asked = c.req.header('host');
  if (asked === undefined || (protocol !== 'http:' && protocol !== 'https:')) return false;
  return URL.canParse(`${protocol}//${asked}`) && new URL(`${protocol}//${asked}`).host === host;
}
