import { z } from 'zod';
import { defineSource, resource } from '../../src';
import { checkBindings } from '../../src/plan';
import { fakeConfig, fakePipeline } from '../temporal/fake-engine';

const ads = resource({ name: 'ads', params: z.object({ limit: z.number() }), extract: () => [] });
const users = resource({ name: 'users', extract: () => [] });
const facebook = defineSource({
  name: 'facebook',
  config: z.object({}),
  resources: () => [ads.bind({ limit: 1 }), users],
});
const shop = defineSource({
  name: 'shop',
  config: z.object({}),
  resources: () => [resource({ name: 'orders', extract: () => [] })],
});
const [entry] = fakeConfig([
  { pipeline: fakePipeline('p'), source: () => [facebook().withResources('users'), shop()] },
]).pipelines;

const check = (bind: Record<string, Record<string, unknown>>) => () => checkBindings(entry!, bind);

describe('what is bound for a run', () => {
  test('may be of any resource of its sources, selected or not', () => {
    expect(check({})).not.toThrow();
    expect(check({ ads: { limit: 2 } })).not.toThrow();
  });

  test('of a resource that no source has is refused, with the one that may be meant', () => {
    expect(check({ ads: { limit: 2 }, ordres: { depth: 1 } })).toThrow(
      expect.objectContaining({
        code: 'RESOURCE_UNKNOWN',
        message:
          'A parameter is bound of the resource "ordres", which pipeline "p" has not; it has "ads", "users", "orders". Did you mean "orders"?',
      }),
    );
  });

  test('must be a parameter of that resource', () => {
    expect(check({ ads: { limits: 2 } })).toThrow(expect.objectContaining({ code: 'PARAM_INVALID' }));
  });
});
