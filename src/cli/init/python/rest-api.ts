import { dataLiteral, literal } from '../config-text';
import { incrementalOf } from './dlt-facts';
import { isNode, nodesIn } from './nodes';
import { argument, fieldsText, type OurSource, type Translation, textOf } from './our-source';
import { sourceVariable } from './own-source';
import { PyCall, UNKNOWN } from './values';

type Data = Readonly<Record<string, unknown>>;

const asData = (value: unknown): Data => (typeof value === 'object' && value !== null ? (value as Data) : {});
const isText = (value: unknown): value is string => typeof value === 'string';
const SECRET = /key|token|secret|passw|passphrase|pwd|auth|signature|sig$|credential|appid|jwt|session/i;

/** Whether the query of an address or a path may hold a secret. */
const hasSecretParam = (text: string): boolean =>
  [...new URLSearchParams(text.split('?')[1]).keys()].some((name) => SECRET.test(name));

/** `rest_api_source({ client, resource_defaults, resources })` as `restSource`. */
export function restApiSource(translation: Translation): OurSource {
  const { use, notes } = translation;
  const config = asData(argument(use, 'config', 0));
  const line = use.node.line;
  const client = asData(config['client']);
  const name = isText(argument(use, 'name')) ? String(argument(use, 'name')) : 'rest_api';
  const base = client['base_url'];
  const baseUrl = isText(base) && !base.includes('@') && !hasSecretParam(base) ? base : undefined;
  if (baseUrl === undefined) notes.add(line, 'base_url is to be written as baseUrl');
  const imports = new Set<string>();
  const auth = authText(client['auth'], imports);
  if (client['auth'] !== undefined && auth === undefined)
    notes.add(line, 'the credentials of "client" aren\'t taken over: write auth');
  if (client['headers'] !== undefined)
    notes.add(line, 'headers of "client" aren\'t taken over: they may hold credentials');
  const defaults = resourceOptions(asData(config['resource_defaults']), { translation, imports });
  const paginate = paginatorText(client['paginator'], imports);
  if (client['paginator'] !== undefined && paginate === undefined)
    notes.add(line, 'the paginator of "client" isn\'t known here: write paginate');
  const list = Array.isArray(config['resources']) ? config['resources'] : [];
  if (list.length === 0) notes.add(line, `the resources of ${use.name} are computed: write them`);
  let joined = false;
  const resources = list.flatMap((one: unknown) => {
    const spec = isText(one) ? { name: one } : asData(one);
    if (!isText(spec['name'])) {
      notes.add(line, "a resource whose name is computed isn't taken over");
      return [];
    }
    const options = resourceOptions(spec, { translation, imports });
    joined ||= 'incremental' in options;
    return [`    { ${fieldsText({ name: literal(spec['name']), ...options })} },`];
  });
  const common = { ...defaults, ...(paginate === undefined ? {} : { paginate }) };
  const variable = sourceVariable(name);
  const keys = auth?.keys ?? [];
  return {
    code: `${variable}()`,
    imports: [
      ['restSource', 'tidemark/sources/rest'],
      ...[...imports].map((one) => [one, 'tidemark'] as const),
      ...(keys.length === 0 ? [] : [['secret', 'tidemark'] as const, ['z', 'zod'] as const]),
    ],
    declarations: [
      `const ${variable} = restSource({`,
      `  name: ${literal(name)},`,
      ...(keys.length === 0
        ? []
        : [`  config: z.object({ ${keys.map((key) => `${key}: secret(z.string())`).join(', ')} }),`]),
      `  baseUrl: ${literal((baseUrl ?? 'https://api.example.com').replace(/\/$/, ''))},`,
      ...(auth === undefined ? [] : [`  auth: (c) => ${auth.code},`]),
      ...(Object.keys(common).length === 0 ? [] : [`  defaults: { ${fieldsText(common)} },`]),
      '  resources: [',
      ...(resources.length === 0 ? ["    { name: 'items' },"] : resources),
      '  ],',
      '});',
    ],
    packages: keys.length === 0 ? [] : ['zod'],
    env: keys.map(
      (key) =>
        `SOURCES__${name.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase()}__${key.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()}`,
    ),
    cursor: joined ? 'joined' : 'none',
  };
}

/** Credentials by their kind; what they are goes to `.env`. */
function authText(
  value: unknown,
  imports: Set<string>,
): { readonly code: string; readonly keys: readonly string[] } | undefined {
  const auth = value instanceof PyCall ? { type: value.name } : asData(value);
  const use = (name: string, code: string, ...keys: string[]) => {
    imports.add(name);
    return { code, keys };
  };
  switch (
    String(auth['type'] ?? (value === undefined ? '' : 'bearer'))
      .split('.')
      .at(-1)
  ) {
    case 'bearer':
    case 'BearerTokenAuth':
      return use('bearer', 'bearer(c.token)', 'token');
    case 'http_basic':
    case 'HttpBasicAuth':
      return use('basic', 'basic(c.username, c.password)', 'username', 'password');
    case 'api_key':
    case 'APIKeyAuth': {
      const [name, location] = [(auth as Data)['name'], (auth as Data)['location']];
      const options = {
        name: literal(isText(name) ? name : 'Authorization'),
        value: 'c.apiKey',
        in: literal(location === 'query' ? 'query' : 'header'),
      };
      return use('apiKey', `apiKey({ ${fieldsText(options)} })`, 'apiKey');
    }
    default:
      return undefined;
  }
}

/** A paginator by its name or class. */
function paginatorText(value: unknown, imports: Set<string>): string | undefined {
  const given =
    value instanceof PyCall ? classOptions(value) : isText(value) ? { type: value } : asData(value);
  const text = (key: string): string | undefined => textOf(given[key]);
  const options = (names: Readonly<Record<string, string>>): string =>
    fieldsText(
      Object.fromEntries(
        Object.entries(names).flatMap(([theirs, ours]) => {
          const found = text(theirs);
          return found === undefined || found === 'null' ? [] : [[ours, found]];
        }),
      ),
    );
  const call = (name: string, inner: string): string => {
    imports.add(name);
    return `${name}(${inner})`;
  };
  switch (given['type']) {
    case 'json_link':
    case 'json_response':
    case 'JSONLinkPaginator':
      return call('nextLink', text('next_url_path') ?? "'next'");
    case 'header_link':
    case 'HeaderLinkPaginator':
      return call('linkHeader', '');
    case 'offset':
    case 'OffsetPaginator': {
      const named = options({
        limit: 'limit',
        offset_param: 'offsetParam',
        limit_param: 'limitParam',
        total_path: 'total',
      });
      return call(
        'offsetPages',
        `{ ${named.includes('limit:') ? named : `limit: 100${named === '' ? '' : `, ${named}`}`} }`,
      );
    }
    case 'page_number':
    case 'PageNumberPaginator': {
      const named = options({ page_param: 'param', base_page: 'first', total_path: 'total' });
      return call('pageNumbers', named === '' ? '' : `{ ${named} }`);
    }
    case 'cursor':
    case 'JSONResponseCursorPaginator': {
      const named = {
        cursor: text('cursor_path') ?? "'cursors.next'",
        param: text('cursor_param') ?? "'cursor'",
      };
      return call('cursorPages', `{ ${fieldsText(named)} }`);
    }
    case 'single_page':
    case 'SinglePagePaginator':
      return "'single'";
    case 'auto':
      return "'auto'";
    default:
      return undefined;
  }
}

function classOptions(call: PyCall): Data {
  const named = nodesIn(call.node['keywords']).flatMap((keyword) => {
    const value = keyword['value'];
    return isNode(value) && value.type === 'Constant'
      ? [[String(keyword['arg']), value['value']] as const]
      : [];
  });
  return { type: call.name.split('.').at(-1), ...Object.fromEntries(named) };
}

interface Context {
  readonly translation: Translation;
  readonly imports: Set<string>;
}

/** Settings of a resource of `rest_api`, or of its defaults, as ours. */
function resourceOptions(spec: Data, { translation, imports }: Context): Record<string, string> {
  const { use, notes } = translation;
  const line = use.node.line;
  const of = isText(spec['name']) ? ` of the resource ${spec['name']}` : ' of resource_defaults';
  const endpoint = isText(spec['endpoint']) ? { path: spec['endpoint'] } : asData(spec['endpoint']);
  const options: Record<string, string> = {};
  const take = (value: unknown, name: string, option: string): void => {
    const text = value === undefined || value === null ? undefined : textOf(value);
    if (text !== undefined) options[option] = text;
    else if (value === UNKNOWN) notes.add(line, `${name}${of} is computed: write it`);
  };
  const parents = new Map<string, string>();
  const params: Record<string, unknown> = {};
  let incremental: Data | undefined =
    endpoint['incremental'] === undefined ? undefined : asData(endpoint['incremental']);
  for (const [name, value] of Object.entries(asData(endpoint['params']))) {
    const told = asData(value);
    if (told['type'] === 'resolve')
      parents.set(name, `{resources.${String(told['resource'])}.${String(told['field'])}}`);
    else if (told['type'] === 'incremental') incremental = { ...told, start_param: name };
    else if (value instanceof PyCall) incremental = { call: value, start_param: name };
    else if (value === UNKNOWN || (SECRET.test(name) && (isText(value) || Array.isArray(value))))
      notes.add(line, `the parameter ${name}${of} isn't taken over: it is computed, or may be a secret`);
    else params[name] = isText(value) ? ourPlaceholders(value) : value;
  }
  if (isText(endpoint['path']) && hasSecretParam(endpoint['path']))
    notes.add(line, `path${of} isn't taken over: it may hold a secret`);
  else if (isText(endpoint['path'])) {
    const filled = [...parents].reduce(
      (path, [name, place]) => path.replaceAll(`{${name}}`, place),
      ourPlaceholders(endpoint['path']),
    );
    const path = filled.startsWith('/') ? filled : `/${filled}`;
    if (path !== `/${String(spec['name'])}`) options['path'] = literal(path);
  }
  take(endpoint['method'], 'method', 'method');
  if (Object.keys(params).length > 0) options['params'] = dataLiteral(params);
  take(endpoint['data_selector'], 'data_selector', 'data');
  const paginate = paginatorText(endpoint['paginator'], imports);
  if (paginate !== undefined) options['paginate'] = paginate;
  take(spec['primary_key'], 'primary_key', 'primaryKey');
  take(spec['merge_key'], 'merge_key', 'mergeKey');
  take(spec['write_disposition'], 'write_disposition', 'writeDisposition');
  take(spec['include_from_parent'], 'include_from_parent', 'includeFromParent');
  take(spec['max_table_nesting'], 'max_table_nesting', 'maxTableNesting');
  take(spec['table_name'], 'table_name', 'tableName');
  if (incremental !== undefined) {
    const text = incrementalFields(incremental, translation);
    if (text === undefined) notes.add(line, `the incremental${of} isn't taken over: write its cursor`);
    else options['incremental'] = text;
  }
  for (const name of Object.keys(spec))
    if (!SPEC.includes(name)) notes.add(line, `${name}${of} isn't taken over`);
  for (const name of Object.keys(endpoint))
    if (!ENDPOINT.includes(name)) notes.add(line, `${name} of the endpoint${of} isn't taken over`);
  return options;
}

const SPEC = [
  'name',
  'endpoint',
  'primary_key',
  'merge_key',
  'write_disposition',
  'include_from_parent',
  'max_table_nesting',
  'table_name',
];
const ENDPOINT = ['path', 'method', 'params', 'data_selector', 'paginator', 'incremental'];

const ourPlaceholders = (text: string): string =>
  text
    .replaceAll('{incremental.start_value}', '{incremental.startValue}')
    .replaceAll('{incremental.end_value}', '{incremental.endValue}')
    .replaceAll('{incremental.initial_value}', '{incremental.initialValue}')
    .replaceAll('{incremental.last_value}', '{incremental.lastValue}');

function incrementalFields(told: Data, { use, notes }: Translation): string | undefined {
  const { call } = told;
  const params = Object.fromEntries(
    [
      ['start_param', 'startParam'],
      ['end_param', 'endParam'],
    ].flatMap(([theirs = '', ours = '']) => (isText(told[theirs]) ? [[ours, literal(told[theirs])]] : [])),
  );
  if (call instanceof PyCall) {
    const read = incrementalOf(call.node, use.scope, notes);
    return read && `{ ${fieldsText({ ...read.options, ...params })} }`;
  }
  if (!isText(told['cursor_path'])) return undefined;
  const initial = told['initial_value'];
  const isTime = isText(initial) && /^\d{4}-\d\d-\d\d/.test(initial);
  const text = textOf(initial);
  return `{ ${fieldsText({
    cursor: literal(told['cursor_path']),
    ...(isTime ? { type: "'iso'" } : {}),
    ...(initial === undefined || text === undefined ? {} : { initialValue: text }),
    ...params,
  })} }`;
}
