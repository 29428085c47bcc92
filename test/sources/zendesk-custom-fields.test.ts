import type { Row } from '../emulators/zendesk';
import { thrown } from '../http/make-client';
import { makeTarget, type Target } from './target';
import { type Config, emulator, source, start } from './zendesk-harness';

let target: Target;
beforeEach(() => {
  target = makeTarget('zendesk', 'data');
});
afterEach(() => target.close());

const tickets = (config: Config = {}) =>
  source({ customFields: 'byTitle', ...config }).withResources('tickets');
const columns = async (): Promise<string[]> =>
  (
    await target.query<{ name: string }>(
      `SELECT column_name AS name FROM information_schema.columns
       WHERE table_schema = 'data' AND table_name = 'tickets' AND column_name LIKE 'custom_fields%' ORDER BY 1`,
    )
  ).map(({ name }) => name);

const WEEK = { from: '2023-01-01T00:00:00Z', to: '2023-01-08T00:00:00Z' };
const field = (id: number, title: string, options?: readonly { name: string; value: string }[]): Row => ({
  id,
  title,
  type: options === undefined ? 'text' : 'tagger',
  custom_field_options: options,
});

test('custom fields become columns named by their titles, by intervals as in one load', async () => {
  await start(WEEK);
  for (const interval of [
    ['2023-01-04', '2023-01-08'],
    ['2023-01-01', '2023-01-04'],
    ['2023-01-01', '2023-01-04'],
  ] as const)
    await target.loaded(tickets(), { interval });
  expect(await columns()).toEqual(['custom_fields__order_no', 'custom_fields__product_line']);
  const rows = await target.query<{ id: number; no: string; line: string | null }>(
    `SELECT id, custom_fields__order_no AS no, custom_fields__product_line AS line FROM data.tickets ORDER BY id`,
  );
  const served = emulator.expected().tickets.map(({ id, custom_fields }) => {
    const [no, line] = custom_fields as readonly { readonly value: string | null }[];
    return { id, no: no!.value, line: line!.value };
  });
  expect(rows.map(({ id, ...row }) => ({ id: Number(id), ...row }))).toEqual(
    [...served].sort((a, b) => a.id - b.id),
  );
  expect(await target.pipeline.dataset().rowCounts()).not.toHaveProperty('tickets__custom_fields');
});

test('titles that give one column are kept apart, and what has no title to go by has its id', async () => {
  await start({
    ...WEEK,
    ticketFields: [
      field(50, 'order no'),
      field(10, 'Order No.'),
      field(20, '注文番号'),
      field(30, 'Order-No'),
      field(40, 'status'),
    ],
  });
  const [ticket] = emulator.expected().tickets;
  const values = [10, 20, 30, 40, 50, 99].map((id) => ({ id, value: `value of ${id}` }));
  emulator.changeTicket(ticket!.id, { at: '2023-01-07T00:00:00Z', values: { custom_fields: values } });
  await target.loaded(tickets(), { interval: ['2023-01-01', '2023-01-09'] });
  const [row] = await target.query(`SELECT * FROM data.tickets WHERE id = ${ticket!.id}`);
  expect(row).toMatchObject({
    custom_fields__order_no: 'value of 10',
    custom_fields__order_no_30: 'value of 30',
    custom_fields__order_no_50: 'value of 50',
    custom_fields__field_20: 'value of 20',
    custom_fields__status: 'value of 40',
    custom_fields__field_99: 'value of 99',
  });
});

test('choices of dropdowns stand as titles where that is asked for, several of them too', async () => {
  const options = [
    { name: 'Yes, it is', value: 'yes' },
    { name: 'Fruit::Apple', value: 'apple' },
  ];
  await start({ ...WEEK, ticketFields: [field(1, 'Kind', options), field(2, 'Kinds', options)] });
  const [ticket] = emulator.expected().tickets;
  const values = [
    { id: 1, value: 'apple' },
    { id: 2, value: ['yes', 'gone'] },
  ];
  emulator.changeTicket(ticket!.id, { at: '2023-01-07T00:00:00Z', values: { custom_fields: values } });
  await target.loaded(tickets({ dropdownValues: 'titles' }), { interval: ['2023-01-07', '2023-01-08'] });
  const [row] = await target.query<{ kind: string }>(
    `SELECT custom_fields__kind AS kind, _dlt_id FROM data.tickets WHERE id = ${ticket!.id}`,
  );
  expect(row!.kind).toBe('Fruit::Apple');
  const kinds = await target.query<{ value: string }>(
    `SELECT k.value FROM data.tickets__custom_fields__kinds k JOIN data.tickets t ON k._dlt_parent_id = t._dlt_id
     WHERE t.id = ${ticket!.id} ORDER BY k._dlt_list_idx`,
  );
  expect(kinds.map(({ value }) => value)).toEqual(['Yes, it is', 'gone']);
});

test('a dataset that had them as a child table goes on with columns, and tickets that come again leave the child table', async () => {
  await start(WEEK);
  const week = ['2023-01-01', '2023-01-08'] as const;
  await target.loaded(source().withResources('tickets'), { interval: week });
  expect(await target.pipeline.dataset().rowCounts()).toHaveProperty('tickets__custom_fields');
  await target.loaded(tickets(), { interval: week, loadKey: 'again' });
  const { tickets: rows, tickets__custom_fields: left } = await target.pipeline.dataset().rowCounts();
  expect([rows, left]).toEqual([emulator.expected().tickets.length, 0]);
  expect(await columns()).toContain('custom_fields__order_no');
});

test('without the option they are the child table that they were, and a misspelt one is bad input', async () => {
  await start(WEEK);
  await target.loaded(source().withResources('tickets'), { interval: ['2023-01-01', '2023-01-02'] });
  expect(await columns()).toEqual([]);
  expect(emulator.log.every((path) => path.includes('/incremental/'))).toBe(true);
  const error = await thrown((async () => tickets({ customFields: 'bytitle' as never }).prepare())());
  expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
  expect(error.message).toMatch(/bytitle.*byTitle|byTitle/);
});
