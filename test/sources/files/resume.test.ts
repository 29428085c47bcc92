import { files } from '../../../src/sources/files';
import { silent } from '../../silent-log';
import { jsonl, type Workspace, workspace } from './workspace';

let space: Workspace;
beforeEach(() => {
  space = workspace();
});
afterEach(() => space.close());

/** The rows of an extraction that goes on from a token, and the tokens that it gave. */
async function extracted(resumeFrom?: string) {
  const source = files({
    location: space.location,
    tables: [{ name: 'rows', glob: '*.jsonl', incremental: 'none' }],
  });
  const tokens: string[] = [];
  const rows: unknown[] = [];
  const context = {
    state: {},
    signal: new AbortController().signal,
    log: silent,
    resumeFrom,
    checkpoint: async (token: string) => void tokens.push(token),
  };
  const pages = source.resources[0]!.definition.extract(context as never) as AsyncIterable<unknown[]>;
  for await (const page of pages) rows.push(...page);
  return { rows, tokens };
}

test('an extraction that goes on from a token reads the other files, and its tokens name all that were read', async () => {
  for (const id of [1, 2, 3, 4]) space.write(`${id}.jsonl`, jsonl({ id }));
  const whole = await extracted();
  expect(whole.rows).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }]);
  expect(whole.tokens.map((token) => token.split(' ').length)).toEqual([1, 2, 3, 4]);
  const rest = await extracted(whole.tokens[1]);
  expect(rest.rows).toEqual([{ id: 3 }, { id: 4 }]);
  expect(rest.tokens).toEqual(whole.tokens.slice(2));
  expect((await extracted(whole.tokens[3])).rows).toEqual([]);
});
