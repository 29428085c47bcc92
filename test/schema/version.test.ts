import { bumpVersion, newSchema, type StoredSchema, schemaHash, withStateTable } from '../../src/schema';

describe('the version of a schema', () => {
  // Worked example of the interop notes, reproduced there by real dlt's algorithm.
  const example = {
    version: 7,
    version_hash: 'any',
    previous_hashes: ['x'],
    engine_version: 11,
    name: 'ex',
    normalizers: { names: 'snake_case' },
    settings: {},
    tables: {
      b: {
        name: 'b',
        resource: 'b',
        write_disposition: 'append',
        columns: {
          y: { name: 'y', data_type: 'text' },
          x: { name: 'x', data_type: 'bigint', nullable: false },
        },
      },
      a: { name: 'a', parent: 'b', columns: { é: { name: 'é', data_type: 'text' } } },
    },
  } as unknown as StoredSchema;

  test("its hash is dlt's: version and hashes apart, keys sorted, columns in their order", () => {
    const swapped = structuredClone(example);
    const columns = swapped.tables.b!.columns;
    swapped.tables.b!.columns = { x: columns.x!, y: columns.y! };
    expect(schemaHash(example)).toBe('2TJ7TxzW9ZHhnR6hQOFNol8q9HPH1woBjy6byeO23S8=');
    expect(schemaHash(example)).not.toBe(schemaHash(swapped));
  });

  test('a new schema gets its first hash without a new version', () => {
    const first = bumpVersion(newSchema('zendesk'));
    expect(first.version).toBe(1);
    expect(first.version_hash).toBe(schemaHash(first));
    expect(bumpVersion(first)).toBe(first);
  });

  test('a change raises the version by one and keeps the last ten hashes', () => {
    let schema = bumpVersion(newSchema('zendesk'));
    const hashes: string[] = [];
    for (let i = 0; i < 12; i++) {
      hashes.unshift(schema.version_hash);
      schema = bumpVersion({
        ...schema,
        tables: { ...schema.tables, [`t${i}`]: { name: `t${i}`, columns: {} } },
      });
    }
    expect(schema.version).toBe(13);
    expect(schema.previous_hashes).toEqual(hashes.slice(0, 10));
  });

  test('the state table comes once', () => {
    const schema = withStateTable(newSchema('zendesk'));
    expect(withStateTable(schema)).toBe(schema);
    expect(Object.keys(schema.tables)).toEqual(['_dlt_version', '_dlt_loads', '_dlt_pipeline_state']);
  });
});
