import { TidemarkError } from '../../../src/errors';
import { registerSecretValue } from '../../../src/redaction';
import { allowedHost, hostRule, isLoopback } from '../../../src/ui/hosts';
import { jsonText } from '../../../src/ui/json-text';
import { Listeners } from '../../../src/ui/listeners';
import { Once } from '../../../src/ui/once';
import { errorAnswer } from '../../../src/ui/refusal';
import { type Reading, SharedReader } from '../../../src/ui/shared-reader';
import { TokenGate } from '../../../src/ui/token';

/** Something whose readings are counted, and held back until they are let go. */
function source(topic = 'pipeline:shop', more: Partial<Reading> = {}) {
  const state = {
    value: 1 as unknown,
    reads: 0,
    error: undefined as Error | undefined,
    gate: Promise.resolve(),
  };
  const reading: Reading = {
    key: `${topic} all`,
    topic,
    async read() {
      state.reads += 1;
      const { value } = state;
      await state.gate;
      if (state.error !== undefined) throw state.error;
      return value;
    },
    ...more,
  };
  return { state, reading };
}

describe('the shared reader', () => {
  test('reads once for all who ask at the same time, and until it may have changed', async () => {
    const { state, reading } = source();
    const reader = new SharedReader(
      () => true,
      () => 0,
    );
    const answers = await Promise.all(Array.from({ length: 100 }, () => reader.answer(reading)));
    expect(new Set(answers).size).toBe(1);
    state.value = 2;
    expect((await reader.answer(reading)).body).toBe('1');
    expect(state.reads).toBe(1);
    reader.invalidate('pipeline:other');
    expect((await reader.answer(reading)).body).toBe('1');
    reader.invalidate('pipeline:shop');
    expect((await reader.answer(reading)).body).toBe('2');
    reader.invalidate();
    await reader.answer(reading);
    expect(state.reads).toBe(3);
  });

  test('reads again after two seconds where nobody looks for changes', async () => {
    let now = 0;
    const { state, reading } = source();
    const reader = new SharedReader(
      () => false,
      () => now,
    );
    await reader.answer(reading);
    now = 1_999;
    await reader.answer(reading);
    expect(state.reads).toBe(1);
    now = 2_000;
    await reader.answer(reading);
    expect(state.reads).toBe(2);
  });

  test('takes what was being read when something changed for what it was, not for what it is', async () => {
    const { state, reading } = source();
    const reader = new SharedReader(
      () => true,
      () => 0,
    );
    let go = (): void => undefined;
    state.gate = new Promise((resolve) => {
      go = resolve;
    });
    const early = reader.answer(reading);
    reader.invalidate('pipeline:shop');
    state.value = 2;
    const late = reader.answer(reading);
    go();
    expect([(await early).body, (await late).body]).toEqual(['1', '2']);
    expect((await reader.answer(reading)).body).toBe('2');
    expect(state.reads).toBe(2);
  });

  test('gives the last answer with the reason while another program holds the dataset, and else the error', async () => {
    const { state, reading } = source();
    const reader = new SharedReader(
      () => true,
      () => 0,
    );
    state.error = new TidemarkError('DESTINATION_LOCKED', 'It is open in PID 7.');
    await expect(reader.answer(reading)).rejects.toMatchObject({ code: 'DESTINATION_LOCKED' });
    state.error = undefined;
    await reader.answer(reading);
    state.error = new TidemarkError('DESTINATION_LOCKED', 'It is open in PID 7.');
    reader.invalidate();
    expect(await reader.answer(reading)).toMatchObject({ body: '1', unread: 'It is open in PID 7.' });
    state.error = undefined;
    expect((await reader.answer(reading)).unread).toBeUndefined();
    state.error = new TidemarkError('DESTINATION_FAILED', 'It is gone.');
    reader.invalidate();
    await expect(reader.answer(reading)).rejects.toMatchObject({ code: 'DESTINATION_FAILED' });
  });

  test('says whether what pages show has changed, and leaves the time of reading out', async () => {
    const { state, reading } = source('overview', { readAtField: 'now' });
    const reader = new SharedReader(
      () => true,
      () => 0,
    );
    state.value = { now: 1, rows: 1 };
    await reader.answer(reading);
    state.value = { now: 2, rows: 1 };
    expect(await reader.readAgain('overview', false)).toBe(false);
    expect((await reader.answer(reading)).body).toBe('{"now":2,"rows":1}');
    state.value = { now: 3, rows: 2 };
    expect(await reader.readAgain('overview', false)).toBe(true);
    expect(await reader.readAgain('overview', true)).toBe(false);
    // of what nobody asked for it isn't known
    expect(await reader.readAgain('pipeline:shop', false)).toBe(false);
    expect(await reader.readAgain('pipeline:shop', true)).toBe(true);
  });

  test('says that what could not be read may be there now', async () => {
    const { state, reading } = source('overview');
    const reader = new SharedReader(
      () => true,
      () => 0,
    );
    state.error = new Error('not read');
    await expect(reader.answer(reading)).rejects.toThrow('not read');
    expect(await reader.readAgain('overview', false)).toBe(true);
    expect(await reader.readAgain('overview', false)).toBe(false);
    state.error = undefined;
    await reader.answer(reading);
    state.error = new TidemarkError('DESTINATION_LOCKED', 'It is open in PID 7.');
    reader.invalidate();
    expect(await reader.answer(reading)).toMatchObject({ unread: 'It is open in PID 7.' });
    state.error = undefined;
    expect(await reader.readAgain('overview', false)).toBe(true);
    expect(await reader.readAgain('overview', false)).toBe(false);
  });

  test('reads only the last four of a topic again; that others may have changed is told where something happened', async () => {
    const reader = new SharedReader(
      () => true,
      () => 0,
    );
    const sources = Array.from({ length: 6 }, (_, index) => source('pipeline:shop', { key: `key ${index}` }));
    const unlive = source('pipeline:shop', { key: 'rows', live: false });
    for (const { reading } of [...sources, unlive]) await reader.answer(reading);
    expect(await reader.readAgain('pipeline:shop', true)).toBe(true);
    expect([...sources, unlive].map(({ state }) => state.reads)).toEqual([1, 1, 2, 2, 2, 2, 1]);
    expect(await reader.readAgain('pipeline:shop', true)).toBe(false);
  });

  test('keeps no more than two hundred answers, those that were asked for last', async () => {
    const reader = new SharedReader(
      () => true,
      () => 0,
    );
    const sources = Array.from({ length: 201 }, (_, index) =>
      source('pipeline:shop', { key: `key ${index}` }),
    );
    for (const { reading } of sources.slice(0, 200)) await reader.answer(reading);
    await reader.answer(sources[0]!.reading);
    await reader.answer(sources[200]!.reading);
    await reader.answer(sources[0]!.reading);
    await reader.answer(sources[1]!.reading);
    expect([sources[0]!.state.reads, sources[1]!.state.reads]).toEqual([1, 2]);
  });
});

describe('listeners', () => {
  const read = async (reader: {
    read(): Promise<{ readonly value?: Uint8Array | undefined; readonly done: boolean }>;
  }) => {
    const { value, done } = await reader.read();
    return done ? undefined : Buffer.from(value ?? []).toString();
  };

  test('that read slowly are told the latest of each topic, however much came', async () => {
    const numbers: number[] = [];
    const listeners = new Listeners(() => numbers.push(listeners.size));
    const reader = listeners.listen(['overview', 'pipeline:shop']).getReader();
    expect(await read(reader)).toBe(': here\n\n');
    for (let count = 0; count < 1_000; count++) {
      listeners.tell('overview');
      listeners.tell('pipeline:shop');
      listeners.tell('pipeline:other');
    }
    expect(await read(reader)).toBe(
      'event: change\ndata: {"topic":"overview","version":2998}\n\nevent: change\ndata: {"topic":"pipeline:shop","version":2999}\n\n',
    );
    const next = read(reader);
    listeners.tell('overview');
    expect(await next).toContain('"version":3001');
    await reader.cancel();
    expect(listeners.size).toBe(0);
    expect(numbers).toEqual([1, 0]);
    expect(listeners.topics()).toEqual(new Set());
  });

  test('are ended together, and are not more than a thousand', async () => {
    const listeners = new Listeners(() => undefined);
    const readers = Array.from({ length: 1_000 }, () => listeners.listen(['overview']).getReader());
    expect(() => listeners.listen(['overview'])).toThrow('close some of them');
    await Promise.all(readers.map(read));
    const ended = Promise.all(readers.map(read));
    listeners.endAll();
    expect(new Set(await ended)).toEqual(new Set([undefined]));
    expect(listeners.size).toBe(0);
  });
});

describe('what is done once', () => {
  test('is kept for an hour, failures too, and stands for one action', async () => {
    let now = 0;
    let done = 0;
    const once = new Once<number>(() => now);
    const work = async () => ++done;
    expect(await once.run('a', { x: 1 }, work)).toBe(1);
    expect(await once.run('a', { x: 1 }, work)).toBe(1);
    expect(() => once.run('a', { x: 2 }, work)).toThrow('another action');
    const failing = () => Promise.reject(new Error('failed once'));
    await expect(once.run('b', {}, failing)).rejects.toThrow('failed once');
    await expect(once.run('b', {}, work)).rejects.toThrow('failed once');
    now = 3_600_000;
    expect(await once.run('a', { x: 2 }, work)).toBe(2);
  });

  test('is at most a thousand', async () => {
    let done = 0;
    const once = new Once<number>(() => 0);
    const work = async () => ++done;
    for (let key = 0; key < 1_000; key++) await once.run(String(key), {}, work);
    expect(await once.run('1', {}, work)).toBe(2);
    await once.run('one more', {}, work);
    expect(await once.run('999', {}, work)).toBe(1_000);
    expect(await once.run('0', {}, work)).toBe(1_002);
  });
});

describe('what is answered', () => {
  test('has no secret in any text, and stays JSON', () => {
    registerSecretValue('top"secret-of-a-test');
    const text = jsonText({
      note: 'it is top"secret-of-a-test',
      rows: 12n,
      many: 2n ** 60n,
      nothing: undefined,
    });
    expect(JSON.parse(text)).toEqual({ note: 'it is [secret]', rows: 12, many: '1152921504606846976' });
  });

  test('of an error says what is known, and nothing of what nobody foresaw', () => {
    const statusOf = (error: unknown) => {
      const { status, body } = errorAnswer(error);
      return [status, body.error.code];
    };
    expect(statusOf(new TidemarkError('PIPELINE_UNKNOWN', 'x'))).toEqual([404, 'PIPELINE_UNKNOWN']);
    expect(statusOf(new TidemarkError('INSTANT_INVALID', 'x'))).toEqual([400, 'INSTANT_INVALID']);
    expect(statusOf(new TidemarkError('TEMPORAL_UNAVAILABLE', 'x'))).toEqual([503, 'TEMPORAL_UNAVAILABLE']);
    expect(statusOf(new TidemarkError('STATE_INVALID', 'x'))).toEqual([500, 'STATE_INVALID']);
    const grpc = Object.assign(new Error('14 UNAVAILABLE: none'), { code: 14, details: 'No connection.' });
    const service = Object.assign(new Error('Failed to list', { cause: grpc }), { name: 'ServiceError' });
    expect(errorAnswer(service)).toMatchObject({
      status: 503,
      body: { error: { message: "Temporal doesn't answer: No connection." } },
    });
    expect(errorAnswer(new Error('password at line 7')).body.error.message).not.toContain('password');
  });
});

describe('tokens and names', () => {
  test('an address that was wrong ten times waits a minute; others do not', () => {
    let now = 0;
    const gate = new TokenGate('the-right-token', () => now);
    for (let count = 0; count < 10; count++) expect(gate.check('wrong', 'a')).toBe('wrong');
    expect(gate.check('the-right-token', 'a')).toBe('too-many');
    expect(gate.check('the-right-token', 'b')).toBe('right');
    now = 60_000;
    expect(gate.check('the-right-token', 'a')).toBe('right');
    expect(gate.isSession(gate.session)).toBe(true);
    expect(new TokenGate('the-right-token').isSession(gate.session)).toBe(false);
  });

  test.each([
    'http://tide.example.com',
    'tide.example.com/page',
    '*.example.com',
    'a b',
    '',
    'tide:port',
    '::1',
  ])('no other name can be allowed than one that a browser may send: "%s"', (given) => {
    expect(() => allowedHost(given)).toThrow(`The allowed host "${given}" is not the name of a host`);
  });

  test.each(['Tide.Example.com', 'tide.example.com:8080', '10.0.0.7', '[::1]:80', 'my_host'])(
    'a name may be allowed: "%s"',
    (given) => {
      const rule = hostRule({ host: '127.0.0.1', port: 4747, allowed: [allowedHost(given)] });
      expect(rule({ host: given.toUpperCase(), localAddress: '127.0.0.1' })).toBe(true);
      expect(rule({ host: 'else.example.com', localAddress: '127.0.0.1' })).toBe(false);
    },
  );

  test('a server of all addresses is asked by the one at which the request came in', () => {
    const rule = hostRule({ host: '0.0.0.0', port: 4747, allowed: [] });
    expect(rule({ host: '10.1.2.3:4747', localAddress: '::ffff:10.1.2.3' })).toBe(true);
    expect(rule({ host: '10.1.2.4:4747', localAddress: '10.1.2.3' })).toBe(false);
    expect(rule({ host: 'rebound.example:4747', localAddress: '10.1.2.3' })).toBe(false);
    expect(rule({ host: undefined, localAddress: '10.1.2.3' })).toBe(false);
    const v6 = hostRule({ host: '::1', port: 80, allowed: [] });
    expect(v6({ host: '[::1]', localAddress: '::1' })).toBe(true);
    const loopback = hostRule({ host: '127.0.0.1', port: 4747, allowed: [] });
    expect(loopback({ host: '10.1.2.3:4747', localAddress: '10.1.2.3' })).toBe(false);
    expect(
      ['127.0.0.1', '127.9.9.9', '::1', 'localhost', '0.0.0.0', '10.0.0.1', '127.evil'].map(isLoopback),
    ).toEqual([...[true, true, true, true], ...[false, false, false]]);
  });
});
