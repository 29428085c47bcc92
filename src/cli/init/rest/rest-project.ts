import { comment, dataLiteral, importLine, literal, propertyName } from '../config-text';
import type { ProjectParts } from '../templates';
import { type AskedAddress, type Credential, readAddress } from './address';
import { askerOf, queryOf } from './ask';
import { type ProposedCursor, proposeCursor, proposeKey } from './fields';
import { type ProposedPaging, proposePaging } from './paging';
import { type FoundRows, findRows } from './rows';
import { findStartParam, type StartParam } from './start-param';

interface RestProjectOptions {
  readonly url: string;
  /** `Name: value` each; the values go to `.env`. */
  readonly headers: readonly string[];
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What was found out about an address. */
interface Proposal {
  readonly address: AskedAddress;
  readonly found: FoundRows;
  readonly paging: ProposedPaging;
  readonly key: string | undefined;
  readonly cursor: ProposedCursor | undefined;
  readonly start: StartParam | undefined;
  /** Rows that were looked at. */
  readonly rows: number;
  readonly now: number;
}

/**
 * A project that loads the list at an address: asks it a few times and proposes where the rows are, how pages go on, the key
 * and the cursor, with comments on what was seen and what is guessed.
 *
 * @throws USAGE for an address or header that can't be used, or an answer without a list; what the HTTP client throws, with
 * what to do about it
 */
export async function restParts({ url, headers, signal, now }: RestProjectOptions): Promise<ProjectParts> {
  const address = readAddress(url, headers);
  const ask = askerOf(address, signal);
  const first = await ask();
  const found = findRows(first.body, address.name);
  const { name, params } = address;
  const paging = await proposePaging({
    ask,
    first,
    found,
    key: proposeKey(found.rows, name),
    params,
    name,
  });
  const rows = [...found.rows, ...paging.more];
  const cursor = proposeCursor(rows, now);
  const proposal: Proposal = {
    address,
    found,
    paging,
    key: proposeKey(rows, name),
    cursor,
    start: cursor && (await findStartParam({ ask, found, cursor, name })),
    rows: rows.length,
    now,
  };
  const variables = address.credentials.map((one) => [variableOf(one, name), one.value] as const);
  const example = variables.map(([variable]) => `${variable}=\n`).join('');
  return {
    files: {
      'temporal.config.ts': configText(proposal),
      ...(example === '' ? {} : { '.env.example': example }),
    },
    packages: address.credentials.length === 0 ? [] : ['zod'],
    about: `the rows of ${address.baseUrl}${address.path}`,
    before: ['look at the comments in temporal.config.ts: what was seen, and what is guessed'],
    pipeline: name,
    ...(variables.length === 0 ? {} : { secrets: Object.fromEntries(variables) }),
  };
}

/** Where the config of the source is looked up: `SOURCES__ITEMS__X_API_KEY`. */
const variableOf = ({ key }: Credential, source: string): string =>
  `SOURCES__${source.toUpperCase()}__${key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()}`;

function configText({ address, found, paging, key, cursor, start, rows, now }: Proposal): string {
  const { name, credentials, baseUrl, path } = address;
  const [first, ...more] = credentials;
  const disposition = key !== undefined ? 'merge' : cursor === undefined ? 'replace' : 'append';
  const indent = '      ';
  const settings = [
    `${indent}name: '${name}',`,
    ...(path === `/${name}` ? [] : [`${indent}path: ${literal(path)},`]),
    ...paramLines(address, indent),
    ...headerLines(more, indent),
    ...rowLines(found, indent),
    ...[...paging.seen, ...(paging.guessed === undefined ? [] : [`GUESSED: ${paging.guessed}`])].flatMap(
      (text) => comment(text, indent),
    ),
    `${indent}paginate: ${paging.code},`,
    ...(paging.emptyOn === undefined
      ? []
      : [
          ...comment(
            'so it answers beyond the last page; it would count as no rows for the first page, too',
            indent,
          ),
          `${indent}emptyOn: [${paging.emptyOn}],`,
        ]),
    ...keyLines(key, rows, indent),
    `${indent}writeDisposition: '${disposition}',`,
    ...cursorLines({ cursor, start, rows, indent }),
  ];
  const list = (text: string): string => (more.length === 0 ? `[\n${text}\n  ]` : `(c) => [\n${text}\n  ]`);
  const config = credentials.map((one) => `    ${one.key}: secret(z.string()),`);
  const auth =
    first === undefined
      ? []
      : first.bearer
        ? [`  auth: (c) => bearer(c.${first.key}),`]
        : [
            `  auth: (c) => apiKey({ name: ${literal(first.name)}, value: c.${first.key}, in: '${first.place}' }),`,
          ];
  return [
    ...comment(
      `What GET ${baseUrl}${path} answered on ${new Date(now).toISOString().slice(0, 10)}: ${rows} rows were looked at. What is GUESSED wants a look into the API's documentation.`,
    ),
    ...importLine(
      [
        ...['defineConfig', 'duckdb', 'pipeline', ...paging.imports],
        ...(first === undefined ? [] : ['secret', first.bearer ? 'bearer' : 'apiKey']),
      ],
      'tidemark',
    ),
    "import { restSource } from 'tidemark/sources/rest';",
    ...(first === undefined ? [] : ["import { z } from 'zod';"]),
    '',
    `const source = restSource({`,
    `  name: '${name}',`,
    ...(config.length === 0 ? [] : ['  // looked up in .env', '  config: z.object({', ...config, '  }),']),
    `  baseUrl: ${literal(baseUrl)},`,
    ...auth,
    `  resources: ${list(['    {', ...settings, '    },'].join('\n'))},`,
    '});',
    '',
    'export default defineConfig({',
    '  pipelines: [',
    '    {',
    `      pipeline: pipeline({ name: '${name}', destination: duckdb({ path: '${name}.duckdb' }), dataset: '${name}_data' }),`,
    '      source: () => source(),',
    ...modeLines(cursor),
    "      schedule: { cron: '@daily', timezone: 'UTC' },",
    '    },',
    '  ],',
    '});',
    '',
  ].join('\n');
}

function paramLines(address: AskedAddress, indent: string): readonly string[] {
  const query = Object.entries(queryOf(address)).map(
    ([name, value]) => `${propertyName(name)}: ${dataLiteral(value)}`,
  );
  const hidden = address.credentials
    .slice(1)
    .filter(({ place }) => place === 'query')
    .map(({ name, key }) => `${propertyName(name)}: c.${key}`);
  const all = [...query, ...hidden];
  return [
    ...(address.leftOut.length === 0
      ? []
      : comment(`"${address.leftOut.join('", "')}" of the address was left out: all pages are read`, indent)),
    ...(all.length === 0 ? [] : [`${indent}params: { ${all.join(', ')} },`]),
  ];
}

function headerLines(more: readonly Credential[], indent: string): readonly string[] {
  const headers = more.filter(({ place }) => place === 'header');
  const list = headers.map(({ name, key }) => `${propertyName(name)}: c.${key}`).join(', ');
  return headers.length === 0 ? [] : [`${indent}headers: { ${list} },`];
}

function rowLines({ path, others }: FoundRows, indent: string): readonly string[] {
  if (path === undefined) return comment('the answer is the list of rows', indent);
  const list = others
    .slice(0, 5)
    .map((other) => `"${other}"`)
    .join(', ');
  return [
    ...(others.length === 0 ? [] : comment(`GUESSED: the answer has other lists, too: ${list}`, indent)),
    `${indent}data: ${literal(path)},`,
  ];
}

function keyLines(key: string | undefined, rows: number, indent: string): readonly string[] {
  if (key === undefined)
    return comment(
      rows === 0
        ? "no rows came: name the field that tells them apart, primaryKey: 'id', and write writeDisposition: 'merge'"
        : `no field with the name of a key is another in each of ${rows} rows: without a primaryKey a row that changes can't be found again`,
      indent,
    );
  return [
    ...comment(rows < 2 ? `GUESSED by its name: one row came` : `another in each of ${rows} rows`, indent),
    `${indent}primaryKey: '${key}',`,
  ];
}

function cursorLines(options: {
  readonly cursor: ProposedCursor | undefined;
  readonly start: StartParam | undefined;
  readonly rows: number;
  readonly indent: string;
}): readonly string[] {
  const { cursor, start, rows, indent } = options;
  if (cursor === undefined)
    return comment(`no time and no growing number is in all ${rows} rows: each run loads everything`, indent);
  const inner = `${indent}  `;
  return [
    ...comment(cursor.seen, indent),
    `${indent}incremental: {`,
    `${inner}cursor: '${cursor.path}',`,
    `${inner}type: '${cursor.type}',`,
    ...(start === undefined
      ? [
          ...comment(
            'each run reads all pages and loads what is new. If the API can be asked for later rows only, name its parameter:',
            inner,
          ),
          `${inner}// startParam: 'since',`,
        ]
      : [
          ...comment(`no earlier rows came with "${start.param}"`, inner),
          ...(start.atStart
            ? []
            : comment(
                "GUESSED: rows at the start itself didn't come; seconds that are asked for again find them",
                inner,
              )),
          `${inner}startParam: ${literal(start.param)},`,
          ...(start.atStart ? [] : [`${inner}lag: 1,`]),
        ]),
    `${indent}},`,
  ];
}

function modeLines(cursor: ProposedCursor | undefined): readonly string[] {
  if (cursor === undefined) return [];
  return [
    ...comment(
      cursor.type === 'integer'
        ? "each run goes on where the last one ended; a number can't be cut by data intervals"
        : 'each run goes on where the last one ended. Without this line a run loads its data interval instead, and the past can be backfilled: give the schedule a startDate and catchup: true, once there is a startParam',
      '      ',
    ),
    "      mode: 'incremental',",
  ];
}
