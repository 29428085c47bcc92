import path from 'node:path';
import { TidemarkError } from '../../errors';

/** What is read off the text of a file: it is not run, since that might load. */
interface PipelineFile {
  /** Names of exported pipelines, each with the source that the file runs it with. */
  readonly pipelines: readonly { readonly name: string; readonly source: string }[];
  /** Import lines and exported names that those sources need. */
  readonly imports: readonly string[];
  readonly own: readonly string[];
}

/**
 * A `temporal.config.ts` for the pipelines that a file of the user's exports, each with the source that it is run with
 * there. The file itself stays as it is.
 *
 * @param options.file absolute path of the file @param options.folder absolute path of the folder that the config goes to
 * @throws USAGE where the file exports no pipeline, runs one when it is imported, or doesn't say with which source
 */
export function configFor(options: {
  readonly text: string;
  readonly file: string;
  readonly folder: string;
}): string {
  const { file, folder } = options;
  const { pipelines, imports, own } = readPipelineFile(options.text, file, folder);
  const entries = pipelines.map(
    ({ name, source }) => `    {
      pipeline: ${name},
      source: () => ${source},
      schedule: { cron: '@daily', timezone: 'UTC', startDate: '${new Date().toISOString().slice(0, 10)}' },
    },`,
  );
  const names = [...own].sort().join(', ');
  return [
    "import { defineConfig } from 'tidemark';",
    ...imports,
    `import { ${names} } from '${relativeImport(folder, file)}';`,
    '',
    `export default defineConfig({\n  pipelines: [\n${entries.join('\n')}\n  ],\n});\n`,
  ].join('\n');
}

function readPipelineFile(text: string, file: string, folder: string): PipelineFile {
  const wrong = (problem: string): TidemarkError => new TidemarkError('USAGE', `"${file}" ${problem}`);
  const exported = [...text.matchAll(/^export const (\w+) = pipeline\(/gm)].map(([, name = '']) => name);
  if (exported.length === 0) {
    const [, hidden] = /^(?:const|let) (\w+) = pipeline\(/m.exec(text) ?? [];
    throw wrong(
      hidden === undefined
        ? 'has no "export const NAME = pipeline({ … })" to schedule; name the file that does.'
        : `makes the pipeline "${hidden}" and doesn't export it; write "export const ${hidden} = pipeline(…)".`,
    );
  }
  const guarded = /require\.main === module|import\.meta\.(main|filename|url)/.test(text);
  if (!guarded && /^(?:(?:void|await) )?(?:\w+\(\)|\w+\.run\()/m.test(text))
    throw wrong(
      'runs something whenever it is imported, and a config imports it often. Put that behind "if (require.main === module)".',
    );
  const pipelines = exported.map((name) => {
    const source = argumentOf(text, `${name}.run(`);
    if (source !== undefined) return { name, source };
    throw wrong(
      `doesn't say what "${name}" loads: there is no "${name}.run(…)" in it to take the source from.`,
    );
  });
  const used = (name: string): boolean =>
    pipelines.some(({ source }) => new RegExp(`\\b${name}\\b`).test(source));
  const local = [...text.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name = '']) => name);
  const imports = [...text.matchAll(/^import \{([^}]+)\} from '([^']+)';?/gm)].flatMap(
    ([, names = '', from = '']) => {
      const needed = names
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '' && used(name.split(' as ').at(-1) ?? name));
      const place = from.startsWith('.')
        ? relativeImport(folder, path.resolve(path.dirname(file), from))
        : from;
      return needed.length === 0 ? [] : [`import { ${needed.join(', ')} } from '${place}';`];
    },
  );
  return {
    pipelines,
    imports,
    own: [...exported, ...local.filter((name) => !exported.includes(name) && used(name))],
  };
}

/** The first argument of a call, as it is written. */
function argumentOf(text: string, call: string): string | undefined {
  const at = text.indexOf(call);
  if (at < 0) return undefined;
  const begin = at + call.length;
  let depth = 0;
  for (let index = begin; index < text.length; index += 1) {
    const letter = text[index] ?? '';
    if ('([{'.includes(letter)) depth += 1;
    if (depth === 0 && (letter === ',' || letter === ')'))
      return text.slice(begin, index).trim() || undefined;
    if (')]}'.includes(letter)) depth -= 1;
  }
  return undefined;
}

function relativeImport(folder: string, file: string): string {
  const relative = path
    .relative(folder, file)
    .split(path.sep)
    .join('/')
    .replace(/\.[cm]?[jt]s$/, '');
  return relative.startsWith('.') ? relative : `./${relative}`;
}
