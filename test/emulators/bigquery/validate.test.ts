import { parseTypes, restSchema } from './rest-schema';
import { checkAnswer, checkParameters, problemWith } from './validate';

test('all declarations of the API are read', () => {
  const schema = restSchema();
  expect(schema.size).toBeGreaterThan(200);
  expect(schema.get('jobs.IGetQueryResultsParams')).toMatchObject({ kind: 'object' });
  const named = [...schema.values()].flatMap((shape) =>
    shape.kind === 'object'
      ? [...shape.fields.values()].flatMap((field) => (field.kind === 'named' ? [field.name] : []))
      : [],
  );
  expect(named.filter((name) => !schema.has(name))).toEqual([]);
});

test('declarations of another form are not guessed at', () => {
  expect(() => parseTypes('declare namespace bigquery { type A = string & number; }')).toThrow('"&"');
  expect(() => parseTypes("declare namespace bigquery { type A = 'x' | string; }")).toThrow('union');
  expect(() => parseTypes('declare namespace bigquery { interface A {} }')).toThrow('"interface"');
});

test.each<[string, string, unknown, string | undefined]>([
  ['a job', 'IJob', { configuration: { labels: { a: 'b' }, query: { query: 'SELECT 1' } } }, undefined],
  ['a number for an int64', 'IJobConfigurationQuery', { maximumBytesBilled: 5 }, 'maximumBytesBilled'],
  ['a field in a list', 'ITableSchema', { fields: [{ name: 'a' }, { nmae: 'b' }] }, '"nmae" at "fields[1]"'],
  ['a value that isn’t listed', 'IJobCreationReason', { code: 'BECAUSE' }, 'one of CODE_UNSPECIFIED'],
  ['a list for an object', 'IJob', { configuration: [] }, 'an object'],
  ['null', 'IJob', { id: null }, 'a string'],
])('%s', (_, type, value, problem) => {
  const found = problemWith(value, type);
  if (problem === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(problem);
});

test('an answer that the API couldn’t give is a mistake of the fake', () => {
  expect(() => checkAnswer({ kind: 'bigquery#job', state: 'DONE' }, 'IJob')).toThrow(
    /^The fake answered a IJob that the API doesn't have: .*"state"/,
  );
});

test('parameters are those of the method, and of their kinds', () => {
  const check = (query: string): void =>
    checkParameters(new URLSearchParams(query), 'jobs.IGetQueryResultsParams');
  check('location=EU&maxResults=5&formatOptions.useInt64Timestamp=true&prettyPrint=false');
  expect(() => check('max=5')).toThrow('"max"');
  expect(() => check('maxResults=five')).toThrow('"maxResults"');
  expect(() => check('formatOptions.useInt64Timestamp=1')).toThrow('useInt64Timestamp');
  expect(() => check('formatOptions.timestampOutputFormat=TEXT')).toThrow('timestampOutputFormat');
});
