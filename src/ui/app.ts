import { Hono } from 'hono';
import { tokenGuard } from './access-guard';
import { apiRoutes } from './api-routes';
import { takes } from './compress';
import { allowedHosts, type UiContext, type UiEnv } from './guards';
import { SECURITY_HEADERS } from './headers';
import { hostRule } from './hosts';
import { errorAnswer, Refusal } from './refusal';
import type { Service } from './service';
import { StaticFiles } from './static-files';
import { TokenGate } from './token';

/** What the page's server answers with. */
export interface AppOptions {
  readonly service: Service;
  readonly host: string;
  readonly port: number;
  readonly token: string | undefined;
  readonly allowedHosts: readonly string[];
  /** The folder of the page's files. */
  readonly assets: string;
  /** Called with each error that a request ended with. */
  readonly onError: (error: unknown) => void;
}

/** The server's routes: `/api` by `api.ts`, the page's files, and the page itself at all other paths. */
export function makeApp(options: AppOptions): Hono<UiEnv> {
  const { service, host, port, token } = options;
  const app = new Hono<UiEnv>();
  const files = new StaticFiles(options.assets);
  app.onError((error, c) => {
    options.onError(error);
    const { status, body } = errorAnswer(error);
    return isApi(c) ? c.json(body, status) : c.text(`${body.error.message}\n`, status);
  });
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.res.headers.set(name, value);
    if (isApi(c) || c.res.status >= 400) c.res.headers.set('cache-control', 'no-store');
  });
  app.use(allowedHosts(hostRule({ host, port, allowed: options.allowedHosts })));
  if (token !== undefined) app.use(tokenGuard(new TokenGate(token), `tidemark-${port}`));
  app.route('/api', apiRoutes(service));
  app.get('*', (c) => serveFile(c, files));
  app.notFound((c) => {
    throw new Refusal(405, 'NOT_FOUND', `There is nothing to ${c.req.method} here.`);
  });
  return app;
}

const isApi = (c: UiContext): boolean => c.req.path === '/api' || c.req.path.startsWith('/api/');

async function serveFile(c: UiContext, files: StaticFiles): Promise<Response> {
  const file = files.find(c.req.path);
  if (file === undefined)
    throw c.req.path.includes('.')
      ? new Refusal(404, 'NOT_FOUND', 'There is no such file.')
      : new Refusal(
          503,
          'NOT_BUILT',
          'The page is not built: run "npm run build" in the checkout of tidemark.',
        );
  const headers: Record<string, string> = {
    etag: file.etag,
    'cache-control': file.cacheControl,
    vary: 'accept-encoding',
  };
  if (c.req.header('if-none-match') === file.etag) return c.body(null, 304, headers);
  headers['content-type'] = file.type;
  const accepted = c.req.header('accept-encoding') ?? '';
  for (const encoding of ['br', 'gzip'] as const) {
    const encoded = takes(accepted, encoding) ? await file.encoded(encoding) : undefined;
    if (encoded === undefined) continue;
    return c.body(encoded, 200, { ...headers, 'content-encoding': encoding });
  }
  return c.body(file.body, 200, headers);
}
