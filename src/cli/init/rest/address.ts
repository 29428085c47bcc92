import { shownAddress, TidemarkError } from '../../../errors';

/** Something that identifies the caller, and so stands in no config: a header, or a query parameter by its name. */
export interface Credential {
  readonly place: 'header' | 'query';
  /** Of the header or parameter, as it was given. */
  readonly name: string;
  /** Its key in the config of the source: `token`, `xApiKey`. */
  readonly key: string;
  readonly value: string;
  /** Whether it is `Authorization: Bearer …`; then the value is the token alone. */
  readonly bearer: boolean;
}

/** An address that a source is to be made of, taken apart. */
export interface AskedAddress {
  /** Without the last part of the path, and without a slash at its end. */
  readonly baseUrl: string;
  /** The rest of the path, `/items`. */
  readonly path: string;
  /** Query parameters that stay, in their order; a name may come again. */
  readonly params: readonly (readonly [name: string, value: string])[];
  /** Names of query parameters that choose one page, which were left out: all pages are read. */
  readonly leftOut: readonly string[];
  readonly credentials: readonly Credential[];
  /** Of source, resource, pipeline: small letters, digits and `_`. */
  readonly name: string;
}

/** Names of parameters whose value is nobody's business. */
const SECRET_PARAM =
  /(^|[_.-])(api[_-]?key|app[_-]?key|key|token|secret|password|passwd|pwd|sig|signature|auth|appid|access[_-]?token)$/i;
const SECRET_CAMEL = /(apikey|token|secret|password|signature)$/i;
/** Whether a parameter of that name identifies the caller. A `page_token` tells where one is. */
export const isSecretParam = (name: string): boolean =>
  !PAGE_CURSOR.test(name) && (SECRET_PARAM.test(name) || SECRET_CAMEL.test(name));
/** Parameters that choose a page, if their value is a number; or a page of a cursor, whatever it is. */
const PAGE_NUMBER = /^(_?page|p|page_?number|_?offset|skip|\$skip|_?start|startAt|start_at)$/i;
const PAGE_CURSOR = /^(cursor|next_?cursor|page_?token|next_?token|starting_after|scroll_id)$/i;

/**
 * Takes an address and the headers of `--header` apart.
 *
 * @param headers `Name: value` each
 * @throws USAGE for an address that can't be asked, one with user and password in it, a header of another form
 */
export function readAddress(text: string, headers: readonly string[] = []): AskedAddress {
  const url = parsed(text);
  const parts = url.pathname.split('/');
  // a slash at the end belongs to the last part: some APIs answer nothing else
  const cut = parts.at(-1) === '' && parts.length > 2 ? -2 : -1;
  const params = [...url.searchParams];
  const choosesPage = ([name, value]: readonly [string, string]): boolean =>
    PAGE_CURSOR.test(name) || (PAGE_NUMBER.test(name) && /^\d+$/.test(value));
  const credentials = [
    ...headers.map(readHeader),
    ...params.flatMap(([name, value]): Credential[] =>
      isSecretParam(name) && value !== ''
        ? [{ place: 'query', name, key: camelCase(name), value, bearer: false }]
        : [],
    ),
  ];
  const keys = credentials.map(({ key }) => key);
  const twice = credentials.find(({ key }, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw usage(`"${twice.name}" is given twice; give each header once.`);
  const rest = params.filter(([name]) => !isSecretParam(name));
  return {
    baseUrl: `${url.origin}${parts.slice(0, cut).join('/')}`,
    path: `/${parts.slice(cut).join('/')}`,
    params: rest.filter((param) => !choosesPage(param)),
    leftOut: rest.filter(choosesPage).map(([name]) => name),
    credentials,
    name: nameOf(parts, url.hostname),
  };
}

const usage = (message: string): TidemarkError => new TidemarkError('USAGE', message);

function parsed(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw usage(
      `"${shownAddress(text)}" is not an address that can be asked; write --url https://api.example.com/items.`,
    );
  if (url.username !== '' || url.password !== '')
    throw usage(
      "The address has a user and password in it. Leave them out, and give --header 'Authorization: Basic …', which goes to .env.",
    );
  return url;
}

function readHeader(text: string): Credential {
  // the text is not quoted: it may be a secret that lacks its name
  const [, name = '', value = ''] = /^([!#$%&'*+.^`|~\w-]+):[ \t]*(\S.*)$/.exec(text.trim()) ?? [];
  if (name === '')
    throw usage("A --header is not of the form 'Name: value'; write --header 'Authorization: Bearer TOKEN'.");
  const token = /^authorization$/i.test(name) ? /^bearer\s+(\S+)$/i.exec(value)?.[1] : undefined;
  return {
    place: 'header',
    name,
    key: token === undefined ? camelCase(name) : 'token',
    value: token ?? value,
    bearer: token !== undefined,
  };
}

/** `X-Api-Key` → `xApiKey`, `api_key` → `apiKey`. */
function camelCase(name: string): string {
  const [first = '', ...more] = name.split(/[^A-Za-z0-9]+/).filter((part) => part !== '');
  const rest = more.map((part) => part[0]!.toUpperCase() + part.slice(1).toLowerCase());
  const begun = more.length === 0 && /[a-z][A-Z]/.test(first) ? first : first.toLowerCase();
  const key = [begun, ...rest].join('');
  return /^[a-z]/.test(key) ? key : `value${key[0]?.toUpperCase() ?? ''}${key.slice(1)}`;
}

/** The last part of a path that is a word and no version, else the host's. */
function nameOf(parts: readonly string[], host: string): string {
  const words = [...parts].reverse().map((part) =>
    part
      .replace(/\.(json|php|aspx)$/i, '')
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .replace(/[^A-Za-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '')
      .toLowerCase(),
  );
  const isName = (word: string): boolean => /^[a-z][a-z0-9_]{0,40}$/.test(word);
  const word = words.find((one) => isName(one) && !/^(v\d+|api|rest)$/.test(one));
  const label = host.split('.').at(-2) ?? '';
  return word ?? (isName(label) ? label : 'items');
}
