// biome-ignore-all lint/correctness/noUnusedFunctionParameters: the sample names all that extract gets
// The samples of the public surface, word for word: tsc compiles this file, source.test.ts runs it.
import { z } from 'zod';
import {
  basic,
  defineSource,
  duckdb,
  incremental,
  instant,
  nextLink,
  pipeline,
  resource,
  secret,
  unix,
} from '../../src';

// sources/zendesk.ts
// biome-ignore format: as the specification writes it
export const zendesk = defineSource({
  name: 'zendesk_support', section: 'zendesk', maxTableNesting: 2,
  config: z.object({ credentials: z.object({ subdomain: z.string(), email: z.string(), password: secret(z.string()) }), startDate: instant().default('2000-01-01'), endDate: instant().optional(), baseUrl: z.string().optional() }),
  http: (c) => ({ baseUrl: c.baseUrl ?? `https://${c.credentials.subdomain}.zendesk.com`, auth: basic(c.credentials.email, c.credentials.password) }),
  resources: (c) => [resource({
    name: 'ticket_events', primaryKey: 'id', writeDisposition: 'append',
    incremental: { timestamp: incremental({ cursor: 'timestamp', type: 'unix', initialValue: unix(c.startDate), allowExternalSchedulers: true }) },
    // @ts-expect-error the sample names all that extract gets and doesn't use it; typing.ts checks each
    async *extract({ incremental: { timestamp }, http, state, sourceState, params, run, signal, log }) {
      for await (const page of http.pages('/api/v2/incremental/ticket_events.json', { params: { start_time: timestamp.lastValue, per_page: 1000 }, next: nextLink('next_page', { doneWhen: 'end_of_stream' }) })) {
        yield page.ticket_events;
        if (timestamp.endOutOfRange) return;
      }
    },
  })],
});

// load.ts — without Temporal
// biome-ignore format: as the specification writes it
const p = pipeline({ name: 'zendesk', destination: duckdb({ path: 'zendesk.duckdb' }), dataset: 'zendesk_data' }); // duckdb() writes <pipeline>.duckdb
export async function load(): Promise<string> {
  const info = await p.run(zendesk()); // LoadInfo: readonly data, toString, toJSON; rejects LoadFailedError { info, failures }
  return info.toString();
}
