import { hashState, nextState, type PipelineState, parseState, serializeState } from '../../src/state';
import { Decimal, PlainDate, Timestamp } from '../../src/value';

const example: PipelineState = {
  _state_version: 3,
  _state_engine_version: 4,
  _version_hash: 'x',
  dataset_name: 'd',
  default_schema_name: 's',
  destination_name: null,
  destination_type: 'dlt.destinations.duckdb',
  pipeline_name: 'p',
  schema_names: ['s'],
  sources: {
    s: {
      resources: {
        r: {
          incremental: {
            ts: {
              initial_value: null,
              last_value: new Timestamp(1_704_067_200_000_000n),
              start_value: null,
              unique_hashes: ['Tp44cKMYfAuJ'],
            },
          },
        },
      },
    },
  },
};

describe('the stored form of pipeline state', () => {
  test('its hash is dlt’s', () => {
    expect(hashState(example)).toBe('MMDH5v+JTSejiFaRHwBJaFJt1IN0H8qxM82ZaeiMMdc=');
  });

  test('versions and what is local to a machine are not part of the hash', () => {
    const other = { ...example, _state_version: 9, _version_hash: 'y', _local: { first_run: true } };
    expect(hashState(other)).toBe(hashState(example));
  });

  test('what is written is read back, typed values and unknown keys included', () => {
    const state: PipelineState = {
      ...example,
      extra: {
        big: 123456789012345678901n,
        wei: '\uf02c12',
        day: new PlainDate('2024-02-29'),
        sum: new Decimal('1.10'),
      },
    };
    expect(parseState(serializeState(state))).toEqual(state);
  });

  test('plain JSON is read too, and a state of an unknown engine is refused', () => {
    const json = JSON.stringify({
      pipeline_name: 'p',
      _state_version: 1,
      _state_engine_version: 4,
      schema_names: [],
    });
    expect(parseState(json)).toMatchObject({ pipeline_name: 'p', _state_version: 1 });
    expect(() => parseState(json.replace('"_state_engine_version":4', '"_state_engine_version":5'))).toThrow(
      'engine version "5"',
    );
    expect(() => parseState('no state')).toThrow(expect.objectContaining({ code: 'STATE_INVALID' }));
  });

  test('a packed state is what zlib level 9 and base64 give', () => {
    expect(serializeState(example)).toMatch(/^eNp/);
  });
});

describe('the state after a load', () => {
  const update = {
    pipeline: 'p',
    dataset: 'd',
    destinationType: 'dlt.destinations.duckdb',
    source: 's',
    resources: [],
  };

  test('is the stored one if nothing changed', () => {
    expect(nextState(example, update)).toBe(example);
  });

  test('begins with version 1 and names pipeline, dataset and schema', () => {
    expect(nextState(undefined, update)).toMatchObject({
      _state_version: 1,
      pipeline_name: 'p',
      dataset_name: 'd',
      schema_names: ['s'],
      default_schema_name: 's',
    });
  });

  test('has the new cursor, a version one higher, and everything else unchanged', () => {
    const cursor = { initial_value: null, last_value: 7, unique_hashes: ['a'] };
    const next = nextState(example, {
      ...update,
      resources: [{ resource: 'q', cursors: { id: cursor } }],
      sourceState: { before: {}, after: { seen: ['x'] } },
    });
    expect(next._state_version).toBe(4);
    expect(next._version_hash).toBe(hashState(next));
    expect(next.sources?.s).toEqual({
      seen: ['x'],
      resources: { ...example.sources?.s?.resources, q: { incremental: { id: cursor } } },
    });
  });

  test('of a reset resource keeps no cursor', () => {
    const next = nextState(example, {
      ...update,
      resources: [{ resource: 'r', cursors: { ts: undefined } }],
    });
    expect(next.sources).toEqual({ s: {} });
  });
});
