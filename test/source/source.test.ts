import { inspect } from 'node:util';
import { z } from 'zod';
import { secret } from '../../src/config';
import { incremental } from '../../src/incremental';
import {
  bindComponent,
  components,
  defineSource,
  type ExtractedPage,
  type ExtractRequest,
  engineHints,
  extractComponent,
  nodesOf,
  resource,
  type Source,
  type State,
  sourceOf,
  stateFor,
  transformer,
} from '../../src/source';
import { Timestamp } from '../../src/value';
import { startZendeskEmulator } from '../emulators/zendesk';
import { silent } from '../silent-log';
import { zendesk } from './spec-samples';

const drain = async <T>(from: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const one of from) all.push(one);
  return all;
};

interface Running {
  readonly pages: AsyncGenerator<ExtractedPage, void, void>;
  readonly states: Record<string, State>;
  readonly sourceState: State;
  readonly reports: unknown[];
}

function extract(
  source: Source,
  options: Partial<Pick<ExtractRequest, 'signal' | 'sourceState'>> & {
    names?: string[];
    stored?: State;
  } = {},
): Running {
  const prepared = source.prepare({ providers: [] });
  const [component] = components(prepared, options.names);
  const now = Timestamp.fromMillis(0);
  const states = Object.fromEntries(
    nodesOf(component!.root).map(({ definition }) => [definition.name, stateFor(definition, options.stored)]),
  );
  const sourceState = options.sourceState ?? {};
  const reports: unknown[] = [];
  const pages = extractComponent({
    source: prepared,
    component: component!,
    incrementals: bindComponent({
      component: component!,
      stored: () => undefined,
      range: () => ({ mode: 'interval', interval: null, now: now.toString() }),
      warn: () => {},
    }),
    states,
    sourceState,
    run: { pipeline: 'p', interval: undefined, now: now.toString(), mode: 'interval', attempt: 1 },
    signal: options.signal ?? new AbortController().signal,
    log: silent,
    onPage: (report) => reports.push(report),
  });
  return { pages, states, sourceState, reports };
}

const letters = resource({
  name: 'letters',
  params: { last: 'b' },
  *extract({ params }) {
    yield ['a', 'b', 'c'].filter((one) => one <= params.last).map((letter) => ({ letter }));
  },
});
const digits = resource({
  name: 'digits',
  selected: false,
  *extract() {
    yield [{ digit: 1 }];
  },
});
const doubled = transformer({
  name: 'doubled',
  from: letters,
  *extract({ items }) {
    yield items.map(({ letter }) => ({ twice: letter + letter }));
  },
});
const alphabet = defineSource({ name: 'alphabet', resources: () => [letters, digits, doubled] });

describe('a source', () => {
  test('runs the sample of the specification against an API', async () => {
    const emulator = await startZendeskEmulator({ to: '2023-01-03T00:00:00Z' });
    try {
      const source = zendesk({ baseUrl: emulator.url, credentials: emulator.credentials });
      expect(await drain(source.resource('ticket_events'))).toEqual(emulator.expected().ticket_events);
      expect(await drain(source.addLimit({ rows: 3 }))).toHaveLength(3);
    } finally {
      await emulator.close();
    }
  });

  test('selects the resources that select themselves, or those that are named', () => {
    const source = alphabet();
    expect(source.resourceNames).toEqual(['letters', 'doubled']);
    expect(source.allResourceNames).toEqual(['letters', 'digits', 'doubled']);
    expect(source.withResources('digits').resourceNames).toEqual(['digits']);
    expect(source.withResources('digits').withResources('doubled', 'letters').resourceNames).toEqual([
      'letters',
      'doubled',
    ]);
    expect(source.resourceNames).toEqual(['letters', 'doubled']);
  });

  test('refuses a resource that it does not have, listing what exists', () => {
    const wrong = (): unknown => alphabet().withResources('wrong' as 'letters');
    expect(wrong).toThrow(expect.objectContaining({ code: 'RESOURCE_UNKNOWN' }));
    expect(wrong).toThrow('it has "letters", "digits", "doubled"');
    expect(() => alphabet().bind({ wrong: {} } as never)).toThrow(
      expect.objectContaining({ code: 'RESOURCE_UNKNOWN' }),
    );
    expect(() => alphabet().bind({ letters: { lst: 'a' } } as never)).toThrow(
      expect.objectContaining({ code: 'PARAM_INVALID' }),
    );
  });

  test('what was bound survives selection and other changes', async () => {
    const source = alphabet()
      .bind({ letters: { last: 'c' } })
      .withResources('letters')
      .map('letters', ({ letter }) => ({ letter: letter.toUpperCase() }));
    expect(await drain(source.filter('letters', (item) => item.letter !== 'B'))).toEqual([
      { letter: 'A' },
      { letter: 'C' },
    ]);
    expect(await drain(source)).toHaveLength(3);
    expect(await drain(alphabet().resource('letters'))).toHaveLength(2);
  });

  test('a transformer alone extracts its parent, as it was changed in the source, without loading it', async () => {
    const { pages } = extract(alphabet().bind({ letters: { last: 'a' } }), { names: ['doubled'] });
    expect(await drain(pages)).toEqual([{ resource: 'doubled', rows: [{ twice: 'aa' }] }]);
  });

  test('a parent and its transformer are one component, extracted once', async () => {
    const source = alphabet();
    expect(
      components(source.prepare({ providers: [] })).map(({ name, resources }) => [name, resources]),
    ).toEqual([['letters', ['letters', 'doubled']]]);
    expect((await drain(extract(source).pages)).map((page) => page.resource)).toEqual(['letters', 'doubled']);
    expect(
      components(source.prepare({ providers: [] }), ['digits', 'doubled']).map(({ name, resources }) => [
        name,
        resources,
      ]),
    ).toEqual([
      ['letters', ['doubled']],
      ['digits', ['digits']],
    ]);
    expect(() => components(source.prepare({ providers: [] }), ['wrong'])).toThrow(
      expect.objectContaining({ code: 'RESOURCE_UNKNOWN' }),
    );
  });

  test('refuses two resources of one name', () => {
    expect(() => sourceOf({ name: 'twice', resources: [letters, letters] }).resourceNames).toThrow(
      expect.objectContaining({ code: 'SOURCE_INVALID' }),
    );
  });

  test('shows no secret, wherever it was given', () => {
    const source = defineSource({
      name: 'hidden',
      config: z.object({ token: secret() }),
      resources: () => [letters],
    });
    const made = source({ token: 'a-very-secret-token' });
    expect(inspect([made, source], { depth: 9, showHidden: true }) + JSON.stringify(made)).not.toContain(
      'a-very-secret-token',
    );
  });

  test('is looked up only when it is prepared: listing needs no secret, reading what is missing says so', () => {
    const source = defineSource({
      name: 'lazy',
      config: z.object({ token: secret(), account: z.string() }),
      resources: (c) => [
        resource({
          name: 'things',
          *extract() {
            yield [c.account, c.token.reveal()];
          },
        }),
      ],
    });
    expect(source().resourceNames).toEqual(['things']);
    expect(() => source({ account: 'a' }).prepare({ providers: [] })).toThrow(
      expect.objectContaining({ code: 'SECRET_MISSING' }),
    );
    expect(() => source({ token: 't' }).prepare({ providers: [] })).toThrow(
      expect.objectContaining({ code: 'CONFIG_MISSING' }),
    );
  });
});

describe('extraction', () => {
  test('a page is with the consumer before the next one is pulled', async () => {
    const order: string[] = [];
    const source = sourceOf({
      name: 's',
      resources: [
        resource({
          name: 'r',
          *extract() {
            for (const page of [1, 2]) {
              order.push(`pulled ${page}`);
              yield [page];
            }
          },
        }),
      ],
    });
    for await (const { rows } of extract(source).pages) order.push(`stored ${rows.join()}`);
    expect(order).toEqual(['pulled 1', 'stored 1', 'pulled 2', 'stored 2']);
  });

  test('state that is assigned or changed in place is seen after, its defaults are a copy', async () => {
    const initialState = { days: ['monday'], count: 0 };
    const source = sourceOf({
      name: 's',
      resources: [
        resource({
          name: 'r',
          initialState,
          *extract({ state, sourceState }) {
            state.days.push('tuesday');
            state.count += 1;
            sourceState.token = 'next';
            yield [1];
          },
        }),
      ],
    });
    const first = extract(source, { stored: { count: 4 } });
    await drain(first.pages);
    expect(first.states).toEqual({ r: { days: ['monday', 'tuesday'], count: 5 } });
    expect(first.sourceState).toEqual({ token: 'next' });
    expect(initialState).toEqual({ days: ['monday'], count: 0 });
  });

  test('reports each page', async () => {
    const { pages, reports } = extract(alphabet().withResources('letters'));
    await drain(pages);
    expect(reports).toEqual([{ resource: 'letters', yielded: 2, rows: 2, bytes: 0 }]);
  });

  test('is cancelled even where the author ignores the signal', async () => {
    const cancel = new AbortController();
    const source = sourceOf({
      name: 's',
      resources: [
        resource({
          name: 'r',
          async *extract() {
            yield [1];
            await new Promise(() => {});
            yield [2];
          },
        }),
      ],
    });
    const { pages } = extract(source, { signal: cancel.signal });
    await pages.next();
    const next = pages.next();
    cancel.abort(new Error('stop'));
    await expect(next).rejects.toMatchObject({ code: 'CANCELLED', details: { resource: 'r' } });
  });
});

describe('the hints of a resource', () => {
  const plain = { rootKey: false, maxTableNesting: undefined, schemaContract: undefined };

  test('become what the schema stores', () => {
    const made = resource({
      name: 'orders',
      primaryKey: 'id',
      mergeKey: ['day', 'shop'],
      writeDisposition: { disposition: 'merge', strategy: 'upsert' },
      columns: { gone: { dataType: 'bool', hardDelete: true }, seq: { dedupSort: 'desc', nullable: true } },
      schemaContract: { tables: 'evolve', columns: 'discardRow', dataType: 'discardValue' },
      *extract() {
        yield [1];
      },
    });
    expect(
      engineHints(made.definition, {
        source: { ...plain, rootKey: true, maxTableNesting: 2 },
        incrementals: [{ cursorColumn: 'at' }, { cursorColumn: undefined }],
      }),
    ).toEqual({
      name: 'orders',
      tableName: undefined,
      primaryKey: ['id'],
      mergeKey: ['day', 'shop'],
      writeDisposition: 'merge',
      mergeStrategy: 'upsert',
      scd2: undefined,
      columns: {
        gone: { data_type: 'bool', hard_delete: true },
        seq: { dedup_sort: 'desc', nullable: true },
      },
      maxTableNesting: undefined,
      sourceMaxTableNesting: 2,
      schemaContract: { tables: 'evolve', columns: 'discard_row', data_type: 'discard_value' },
      rootKey: true,
      incrementalColumns: ['at'],
    });
  });

  test('the run may replace the write disposition', () => {
    const made = resource({
      name: 'orders',
      incremental: { at: incremental({ cursor: 'at' }) },
      *extract() {
        yield [1];
      },
    });
    expect(engineHints(made.definition, { source: plain }).writeDisposition).toBe('append');
    expect(
      engineHints(made.definition, { source: plain, writeDisposition: 'replace' }).writeDisposition,
    ).toBe('replace');
  });
});
