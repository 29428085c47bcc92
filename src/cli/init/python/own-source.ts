import { comment, literal } from '../config-text';
import type { DltResource } from './dlt-facts';
import { linesOf } from './nodes';
import { cursorKind, fieldsText, incrementalText, type OurSource } from './our-source';

interface OwnSourceOptions {
  /** Of the source, as dlt has it: its state is kept under it. */
  readonly name: string;
  readonly maxTableNesting?: number | undefined;
  readonly resources: readonly DltResource[];
  /** Name of the file whose functions are to be written anew. */
  readonly file: string;
}

/**
 * A source of the user's, with all hints and cursors. What its functions yield can't be taken over: each `extract` throws, and
 * names the lines that are to be written anew.
 */
export function ownSource({ name, maxTableNesting, resources, file }: OwnSourceOptions): OurSource {
  const variable = sourceVariable(name);
  const known = new Set(resources.map((one) => one.name));
  const variables = new Map(resources.map((one) => [one.name, `${camelCase(one.name)}Rows`]));
  // parents before their transformers
  const sorted = [...resources].sort((a, b) => Number(hasParent(a, known)) - Number(hasParent(b, known)));
  const made = sorted.flatMap((one) => [
    `    const ${variables.get(one.name)} = ${resourceText(one, { file, variables })}`,
  ]);
  return {
    code: `${variable}()`,
    imports: [
      ['defineSource', 'tidemark'],
      ...(resources.some((one) => !hasParent(one, known)) ? [['resource', 'tidemark'] as const] : []),
      ...(resources.some((one) => hasParent(one, known)) ? [['transformer', 'tidemark'] as const] : []),
      ...(resources.some(({ incrementals }) => incrementals.size > 0)
        ? [['incremental', 'tidemark'] as const]
        : []),
    ],
    declarations: [
      `const ${variable} = defineSource({`,
      `  name: ${literal(name)},`,
      ...(maxTableNesting === undefined ? [] : [`  maxTableNesting: ${maxTableNesting},`]),
      '  resources: () => {',
      ...made,
      `    return [${[...variables.values()].join(', ')}];`,
      '  },',
      '});',
    ],
    packages: [],
    env: [],
    cursor: cursorKind(resources.flatMap(({ incrementals }) => [...incrementals.values()])),
  };
}

const hasParent = ({ from }: DltResource, known: ReadonlySet<string>): boolean =>
  from !== undefined && known.has(from);

function resourceText(
  { name, hints, incrementals, from, node }: DltResource,
  { file, variables }: { readonly file: string; readonly variables: ReadonlyMap<string, string> },
): string {
  const parent = from === undefined ? undefined : variables.get(from);
  const cursors = [...incrementals].map(
    ([param, one]) => `        ${camelCase(param)}: incremental(${incrementalText(one)}),`,
  );
  const names = [...incrementals.keys()].map(camelCase);
  const taken = [
    ...(parent === undefined ? [] : ['items']),
    ...(names.length === 0 ? [] : [`incremental: { ${names.join(', ')} }`]),
    'http',
  ];
  return [
    `${parent === undefined ? 'resource' : 'transformer'}({`,
    `      name: ${literal(name)},`,
    ...(parent === undefined ? [] : [`      from: ${parent},`]),
    ...Object.entries(hints).map((hint) => `      ${fieldsText(Object.fromEntries([hint]))},`),
    ...(cursors.length === 0 ? [] : ['      incremental: {', ...cursors, '      },']),
    ...comment(
      `${file}, ${linesOf(node)}: what is yielded there is to be written here, page by page`,
      '      ',
    ),
    `      async *extract({ ${taken.join(', ')} }) {`,
    `        throw new Error(${literal(`${name}: write here what ${file} yields in ${linesOf(node)}`)});`,
    '      },',
    '    });',
  ].join('\n');
}

/** The variable of a source. */
export const sourceVariable = (name: string): string =>
  camelCase(/source$/i.test(name) ? name : `${name}_source`);

/** `last_created_at` → `lastCreatedAt`. */
export function camelCase(name: string): string {
  const [first = '', ...more] = name.split(/[^A-Za-z0-9]+/).filter((part) => part !== '');
  const joined = [
    first[0]?.toLowerCase() ?? '',
    first.slice(1),
    ...more.map((part) => part[0]!.toUpperCase() + part.slice(1)),
  ].join('');
  return /^[a-z]/.test(joined) ? joined : `the${joined}`;
}
