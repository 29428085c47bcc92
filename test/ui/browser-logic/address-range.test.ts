import { addressOf, columnsOfAddress } from '../../../ui/grid/model/address-range';
import { makeView } from './views';

const view = makeView({ from: '2024-01-01', zone: 'Europe/Berlin', count: 5 });

test('what is selected is instants in the address, and the same columns when it is read', () => {
  const address = addressOf(view, { first: 1, last: 3 });
  expect(address).toEqual({ from: '2024-01-01T23:00:00Z', to: '2024-01-04T23:00:00Z' });
  expect(columnsOfAddress(view, address)).toEqual({ first: 1, last: 3 });
  expect(addressOf(view, undefined)).toEqual({ from: undefined, to: undefined });
  expect(addressOf(view, { first: 4, last: 5 })).toEqual({ from: undefined, to: undefined });
});

test.each([
  ['with milliseconds', '2024-01-01T23:00:00.000Z', '2024-01-02T23:00:00.000Z', { first: 1, last: 1 }],
  ['with an offset', '2024-01-02T00:00:00+01:00', '2024-01-03T00:00:00+01:00', { first: 1, last: 1 }],
  ['of a part of intervals', '2024-01-02T06:00:00Z', '2024-01-03T06:00:00Z', { first: 1, last: 2 }],
  ['beyond the intervals', '2020-01-01', '2030-01-01', { first: 0, last: 4 }],
  ['before them', '2020-01-01', '2021-01-01', undefined],
  ['up to the first one', '2020-01-01', '2023-12-31T23:00:00Z', undefined],
  ['after them', '2024-01-05T23:00:00Z', '2030-01-01', undefined],
  ['that ends before it begins', '2024-01-04', '2024-01-02', undefined],
  ['without an end', '2024-01-02', undefined, undefined],
  ['that is no time', 'yesterday', '<b>', undefined],
] as const)('an address %s', (_what, from, to, columns) => {
  expect(columnsOfAddress(view, { from, to })).toEqual(columns);
});
