import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfigFile } from '../../src/config';

let directory: string;
beforeEach(() => {
  directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'tidemark-config-')));
});
afterEach(() => rmSync(directory, { recursive: true }));

const write = (name: string, text: string): string => {
  const file = path.join(directory, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const config = (name: string): string =>
  `export default { pipelines: [{ pipeline: { name: '${name}' as string }, source: () => [] }] };`;
const plain = (name: string): string =>
  `module.exports = { pipelines: [{ pipeline: { name: '${name}' } }] };`;

describe('the config file', () => {
  test('is the nearest temporal.config.ts, searched upwards', async () => {
    const file = write('temporal.config.ts', config('above'));
    write('a/b/other.ts', '');
    const loaded = await loadConfigFile({ directory: path.join(directory, 'a/b') });
    expect(loaded.file).toBe(file);
    expect(loaded.config.pipelines[0]!.pipeline.name).toBe('above');
  });

  test('that throws says what and in which line, and one that is no TypeScript where', async () => {
    const thrown = write('throws.ts', 'const a: any = undefined;\n\nexport default { pipelines: a.b };\n');
    await expect(loadConfigFile({ directory, file: 'throws.ts' })).rejects.toThrow(
      new RegExp(`could not be loaded: Cannot read .*'b'.* \\(${thrown.replaceAll('.', '\\.')}:3:\\d+\\)$`),
    );
    const wrong = write('wrong.ts', 'export default {\n  pipelines: [ }\n');
    await expect(loadConfigFile({ directory, file: 'wrong.ts' })).rejects.toThrow(
      new RegExp(`could not be loaded: .*Unexpected token at ${wrong.replaceAll('.', '\\.')}:2:\\d+$`),
    );
  });

  test('may be any file, compiled ones too', async () => {
    write('deploy/prod.ts', config('typed'));
    write('compiled.cjs', plain('compiled'));
    expect(
      (await loadConfigFile({ directory, file: 'deploy/prod.ts' })).config.pipelines[0]!.pipeline.name,
    ).toBe('typed');
    expect(
      (await loadConfigFile({ directory, file: 'compiled.cjs' })).config.pipelines[0]!.pipeline.name,
    ).toBe('compiled');
  });

  test('is read anew each time, with what it imports', async () => {
    write(
      'temporal.config.ts',
      `import { name } from './name';\nexport default { pipelines: [{ pipeline: { name }, source: () => [] }] };`,
    );
    write('name.ts', `export const name: string = 'before';`);
    expect((await loadConfigFile({ directory })).config.pipelines[0]!.pipeline.name).toBe('before');
    write('name.ts', `export const name: string = 'after';`);
    expect((await loadConfigFile({ directory })).config.pipelines[0]!.pipeline.name).toBe('after');
  });

  test('that does not exist is named, with how to make one', async () => {
    await expect(loadConfigFile({ directory, file: 'nowhere.ts' })).rejects.toMatchObject({
      code: 'CONFIG_NOT_FOUND',
      message: expect.stringContaining('"nowhere.ts"'),
    });
    await expect(loadConfigFile({ directory })).rejects.toMatchObject({
      code: 'CONFIG_NOT_FOUND',
      message: expect.stringContaining('tidemark init'),
    });
  });

  test('that throws, or exports no config, is named with the cause', async () => {
    write('temporal.config.ts', `throw new Error('on purpose');`);
    await expect(loadConfigFile({ directory })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('on purpose'),
    });
    write('temporal.config.ts', 'export const config = {};');
    await expect(loadConfigFile({ directory })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('default export'),
    });
  });
});
