import { registerSecretValue } from '../../../src/redaction';
import type {
  ActionResult,
  ApiError,
  BackfillPlanView,
  GridView,
  HistoryView,
  IntervalView,
  Overview,
  PreviewView,
  RowsView,
  RunPlanView,
  Session,
} from '../../../src/ui/api';
import { ask, post } from './http';
import { type ServedProject, serveProject } from './project';

const SECRET = 'sk_live_51HxSecretOfTheShop';
const day = (number: number): string => `2024-01-0${number}T00:00:00Z`;
const interval = (number: number) => ({ start: day(number), end: day(number + 1) });

let project: ServedProject;
let keys = 0;

beforeAll(async () => {
  project = await serveProject();
}, 180_000);
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => project.close());

const get = async <T>(target: string): Promise<T> => {
  const answered = await ask(project.ui.url, target);
  expect({ target, status: answered.status, text: answered.status === 200 ? '' : answered.text }).toEqual({
    target,
    status: 200,
    text: '',
  });
  return answered.json<T>();
};

const send = async (action: unknown, key = `key-of-a-test-${++keys}`) => {
  const answered = await post(project.ui.url, '/api/actions', { key, action });
  return { status: answered.status, ...answered.json<Partial<ActionResult & ApiError>>() };
};

const plan = async <T>(target: string, body: unknown): Promise<T> => {
  const answered = await post(project.ui.url, target, body);
  expect(answered).toMatchObject({ status: 200 });
  return answered.json<T>();
};

describe('what the page asks for', () => {
  test('is the project and its server first', async () => {
    expect(await get<Session>('/api/session')).toEqual({
      version: '1.2.3',
      project: expect.stringMatching(/^tidemark-test-/),
      pipelines: ['shop'],
      readOnly: false,
      temporal: { address: project.server.address, namespace: 'default', uiUrl: project.server.uiUrl },
    });
  });

  test('is a plan that starts nothing', async () => {
    const request = { pipeline: 'shop', from: '2024-01-01', to: '2024-01-02' };
    expect(await plan<RunPlanView>('/api/plans/run', request)).toMatchObject({
      workflowId: `tidemark-shop-${day(2)}`,
      interval: interval(1),
      tasks: [
        { name: 'orders', resources: ['orders'] },
        { name: 'countries', resources: ['countries'] },
      ],
      command: expect.stringContaining('tidemark run shop'),
    });
    expect(await plan<BackfillPlanView>('/api/plans/backfill', { pipeline: 'shop', group: 2 })).toMatchObject(
      {
        range: { start: day(1), end: day(7) },
        total: 6,
        chunks: [
          { interval: { start: day(1), end: day(3) }, intervals: 2 },
          { interval: { start: day(3), end: day(5) }, intervals: 2 },
          { interval: { start: day(5), end: day(7) }, intervals: 2 },
        ],
        leftOut: ['countries'],
        command: expect.stringContaining('tidemark backfill shop'),
      },
    );
    expect(await plan('/api/commands', { kind: 'pause', what: 'shop', reason: "it's lunch" })).toMatchObject({
      command: expect.stringContaining('tidemark pause shop'),
    });
    expect(await project.client.runs()).toEqual([]);
  });

  test('is what a run loaded: the grid, its interval, the rows, and what is stored', async () => {
    const started = await send({ kind: 'run', request: { pipeline: 'shop', from: day(1), to: day(2) } });
    expect(started).toMatchObject({
      status: 200,
      message: expect.stringContaining('has started'),
      workflowId: `tidemark-shop-${day(2)}`,
      command: expect.stringContaining('tidemark run shop'),
    });
    expect(await project.client.watchRun(started.workflowId!)).toMatchObject({ status: 'completed' });
    const grid = await get<GridView>('/api/pipelines/shop/grid');
    expect(grid).toEqual({
      pipeline: 'shop',
      zone: 'UTC',
      resources: [
        { source: 'shop', resource: 'orders', reached: true },
        { source: 'shop', resource: 'countries', reached: false },
      ],
      starts: [1, 2, 3, 4, 5, 6].map((number) => Date.parse(day(number)) / 1000),
      ends: [2, 3, 4, 5, 6, 7].map((number) => Date.parse(day(number)) / 1000),
      more: false,
      states: ['lmmmmm', 'looooo'],
      causes: ['-00000', '-00000'],
      rows: [
        [2, null, null, null, null, null],
        [2, null, null, null, null, null],
      ],
      seconds: [expect.any(Number), null, null, null, null, null],
      attempts: [
        [1, null, null, null, null, null],
        [1, null, null, null, null, null],
      ],
    });
    expect(await get<GridView>('/api/pipelines/shop/grid?limit=2&to=2024-01-04')).toMatchObject({
      starts: [2, 3].map((number) => Date.parse(day(number)) / 1000),
      more: true,
    });
    const view = await get<IntervalView>('/api/pipelines/shop/interval?at=2024-01-01');
    expect(view).toMatchObject({
      interval: interval(1),
      zone: 'UTC',
      cells: [
        { resource: 'orders', state: 'loaded' },
        { resource: 'countries', state: 'loaded' },
      ],
      run: {
        workflowId: started.workflowId,
        status: 'completed',
        url: `${project.server.uiUrl}/namespaces/default/workflows/${encodeURIComponent(started.workflowId!)}/${view.run?.runId}/history`,
        tasks: [
          { name: 'orders', phase: 'loaded', rows: 2 },
          { name: 'countries', rows: 2 },
        ],
      },
      again: { pipeline: 'shop', from: day(1), to: day(2) },
    });
    expect(view.ledger.map(({ resource, status }) => [resource, status])).toEqual([
      ['orders', 'loaded'],
      ['countries', 'loaded'],
    ]);
    const load = view.loads.find(({ resources }) => resources.includes('orders'));
    expect(load?.tables).toEqual([{ table: 'orders', rows: 2 }]);
    const rows = await get<RowsView>(`/api/pipelines/shop/rows?loadId=${load?.loadId}&table=orders`);
    const id = rows.columns.findIndex(({ name }) => name === 'id');
    expect(rows.rows.map((row) => row[id])).toEqual(['2024-01-01-1', '2024-01-01-2']);
    expect((await ask(project.ui.url, '/api/pipelines/shop/rows?loadId=1&table=nothing')).status).toBe(400);
    const history = await get<HistoryView>('/api/pipelines/shop/history');
    expect(history.sources[0]?.tables.map(({ table }) => table)).toEqual(
      expect.arrayContaining(['orders', 'countries']),
    );
  });

  test('is how all pipelines stand', async () => {
    expect(await get<Overview>('/api/overview')).toMatchObject({
      hasWorker: true,
      pipelines: [
        {
          pipeline: 'shop',
          schedule: { text: '@daily', deployed: true, paused: true },
          lastRun: { status: 'completed', workflowId: `tidemark-shop-${day(2)}` },
          gaps: [{ cause: 'never-planned', intervals: 5 }],
          running: 0,
        },
      ],
    });
  });

  test('is what a schedule would do', async () => {
    const query = new URLSearchParams({ cron: '0 6 * * 1', timezone: 'Europe/Berlin', pipeline: 'shop' });
    const preview = await get<PreviewView>(`/api/preview?${query}`);
    expect(preview).toMatchObject({ zone: 'Europe/Berlin', against: { text: '@daily' } });
    expect(preview.runs.length).toBeGreaterThan(0);
    const wrong = await ask(project.ui.url, '/api/preview?cron=61+*+*+*+*');
    expect({ status: wrong.status, ...wrong.json<ApiError>() }).toMatchObject({
      status: 400,
      error: { code: 'CRON_INVALID' },
    });
  });

  test('is not sent again where the page has it', async () => {
    const first = await ask(project.ui.url, '/api/pipelines/shop/grid');
    const headers = { 'if-none-match': String(first.headers['etag']) };
    const second = await ask(project.ui.url, '/api/pipelines/shop/grid', { headers });
    expect({ status: second.status, text: second.text }).toEqual({ status: 304, text: '' });
    const zipped = await fetch(`${project.ui.url}/api/pipelines/shop/history`, {
      headers: { 'accept-encoding': 'gzip' },
    });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(await zipped.json()).toEqual(await get('/api/pipelines/shop/history'));
  });
});

describe('an action', () => {
  test('is done once for each key, twice at once or one after the other', async () => {
    const startBackfill = jest.spyOn(project.client, 'startBackfill');
    const action = { kind: 'backfill', request: { pipeline: 'shop', from: day(2), to: day(3) } };
    const [one, two] = await Promise.all([send(action, 'the-same-key'), send(action, 'the-same-key')]);
    expect(one).toMatchObject({ status: 200, workflowId: expect.stringContaining('backfill') });
    expect(two).toEqual(one);
    expect(await project.client.watchBackfill(one.workflowId!)).toMatchObject({ status: 'completed' });
    expect(await send(action, 'the-same-key')).toEqual(one);
    expect(startBackfill).toHaveBeenCalledTimes(1);
    expect(await send({ kind: 'pause', what: 'shop' }, 'the-same-key')).toMatchObject({
      status: 409,
      error: { code: 'KEY_USED' },
    });
    expect((await get<GridView>('/api/pipelines/shop/grid')).states[0]).toBe('llmmmm');
    expect(await plan<BackfillPlanView>('/api/plans/backfill', { pipeline: 'shop' })).toMatchObject({
      total: 4,
      estimateMs: expect.any(Number),
      estimatedFrom: 2,
    });
  });

  test('pauses and resumes a schedule', async () => {
    const paused = async () => (await project.client.status())[0]?.schedule?.paused;
    expect(await send({ kind: 'resume', what: 'shop' })).toMatchObject({
      status: 200,
      message: '"shop" goes on.',
      command: 'tidemark resume shop',
    });
    expect(await paused()).toBe(false);
    expect(await send({ kind: 'pause', what: 'shop', reason: 'a test' })).toMatchObject({ status: 200 });
    expect(await paused()).toBe(true);
  });

  test('pauses, resizes, resumes and cancels a backfill', async () => {
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    project.script.day = () => opened;
    const request = { pipeline: 'shop', from: day(3), to: day(7), parallel: 1 };
    const { workflowId } = await send({ kind: 'backfill', request });
    expect(await send({ kind: 'backfill', request })).toMatchObject({
      workflowId,
      message: expect.stringContaining('under way already'),
    });
    const what = workflowId!;
    expect(await send({ kind: 'pause', what })).toMatchObject({ status: 200 });
    expect(await send({ kind: 'resize', workflowId, parallel: 3 })).toMatchObject({ status: 200 });
    expect(await send({ kind: 'resume', what })).toMatchObject({ status: 200 });
    expect(await send({ kind: 'cancel', workflowId })).toMatchObject({
      status: 200,
      command: expect.stringContaining('tidemark cancel'),
    });
    open();
    project.script.day = () => undefined;
    expect(await project.client.watchBackfill(what)).toMatchObject({
      status: 'cancelled',
      result: { parallel: 3 },
    });
  });

  test('on what is none of this project, or not there, is refused', async () => {
    await project.server.client.workflow.start('somebodyElses', {
      workflowId: 'somebody-elses',
      taskQueue: 'nobody-polls',
    });
    expect(await send({ kind: 'cancel', workflowId: 'somebody-elses' })).toMatchObject({
      status: 400,
      error: { code: 'USAGE', message: expect.stringContaining('neither a pipeline') },
    });
    expect((await project.server.client.workflow.getHandle('somebody-elses').describe()).status.name).toBe(
      'RUNNING',
    );
    await project.server.client.workflow.getHandle('somebody-elses').terminate();
    expect(await send({ kind: 'cancel', workflowId: 'tidemark-shop-never' })).toMatchObject({ status: 400 });
    expect(await send({ kind: 'run', request: { pipeline: 'shp' } })).toMatchObject({
      status: 404,
      error: { code: 'PIPELINE_UNKNOWN' },
    });
  });

  test('tells no secret, whoever names it', async () => {
    registerSecretValue(SECRET);
    const refused = await send({ kind: 'cancel', workflowId: `tidemark-${SECRET}` });
    expect(JSON.stringify(refused)).not.toContain(SECRET);
    expect(refused.error?.message).toContain('[secret]');
    project.script.day = () => {
      throw new Error(`the shop knows no ${SECRET}`);
    };
    const failed = await send({ kind: 'run', request: { pipeline: 'shop', from: day(3), to: day(4) } });
    await project.client.watchRun(failed.workflowId!);
    project.script.day = () => undefined;
    const view = await ask(project.ui.url, '/api/pipelines/shop/interval?at=2024-01-03');
    expect(view.json<IntervalView>()).toMatchObject({ run: { status: 'failed' } });
    expect(view.text).toContain('the shop knows no [secret]');
    expect(view.text).not.toContain(SECRET);
    await send({ kind: 'pause', what: 'shop', reason: `because of ${SECRET}` });
    expect((await ask(project.ui.url, '/api/overview')).text).not.toContain(SECRET);
  });
});
