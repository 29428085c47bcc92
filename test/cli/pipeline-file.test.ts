import { configFor } from '../../src/cli/init/pipeline-file';

const file = '/home/me/loads/src/load.ts';
const folder = '/home/me/loads';
const read = (text: string): string => configFor({ text, file, folder });

const LOAD = `import { duckdb, pipeline } from 'tidemark';
import { zendesk, type Zendesk } from 'tidemark/sources/zendesk';
import { orders as shop } from './sources/orders';

export const support = pipeline({ name: 'support', destination: duckdb() });
export const sales = pipeline({ name: 'sales', destination: duckdb() });
export const since = '2024-01-01';

async function main(): Promise<void> {
  await support.run(zendesk({ startDate: since }).withResources('tickets', 'users'), { signal });
  console.log(String(await sales.run(shop())));
}

if (require.main === module) void main();
`;

describe('init --pipeline FILE', () => {
  test('schedules each exported pipeline with the source that the file runs it with', () => {
    const today = new Date().toISOString().slice(0, 10);
    expect(read(LOAD)).toBe(`import { defineConfig } from 'tidemark';
import { zendesk } from 'tidemark/sources/zendesk';
import { orders as shop } from './src/sources/orders';
import { sales, since, support } from './src/load';

export default defineConfig({
  pipelines: [
    {
      pipeline: support,
      source: () => zendesk({ startDate: since }).withResources('tickets', 'users'),
      schedule: { cron: '@daily', timezone: 'UTC', startDate: '${today}' },
    },
    {
      pipeline: sales,
      source: () => shop(),
      schedule: { cron: '@daily', timezone: 'UTC', startDate: '${today}' },
    },
  ],
});
`);
  });

  test('refuses a file that would load whenever its config is read', () => {
    const running = LOAD.replace('if (require.main === module) void main();', 'void main();');
    expect(() => read(running)).toThrow(/runs something whenever it is imported.*require\.main === module/);
  });

  test('refuses a file without an exported pipeline, or without its source, with the cure', () => {
    expect(() => read('export const x = 1;\n')).toThrow(/has no "export const NAME = pipeline/);
    expect(() => read("const p = pipeline({ name: 'p' });\n")).toThrow(/"p" and doesn't export it/);
    expect(() => read("export const p = pipeline({ name: 'p' });\n")).toThrow(/no "p\.run\(…\)"/);
  });
});
