import { Agent, type IncomingMessage, request } from 'node:http';
import type { BigQueryFake } from './index';
import type { Job, JobConfiguration, QueryParameter, QueryResults } from './rest-types';

/** What a request was answered by. */
interface RestAnswer<T> {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: T;
}

export interface RestError {
  readonly error: {
    readonly code: number;
    readonly message: string;
    readonly status: string;
    readonly errors: readonly {
      readonly domain: string;
      readonly reason: string;
      readonly message: string;
    }[];
  };
}

/** A client of the fake that knows nothing of it but HTTP, for the fake's own tests. */
export interface Rest {
  call<T = unknown>(method: string, path: string, body?: unknown): Promise<RestAnswer<T>>;
  send(method: string, url: string, options: SendOptions): Promise<RestAnswer<unknown>>;
  /** Inserts a query's job and waits for it. */
  query(sql: string, options?: QueryOptions): Promise<QueryOutcome>;
  /** Loads rows by a resumable upload, and waits for the job. */
  load(configuration: NonNullable<JobConfiguration['load']>, media: string | Buffer): Promise<Job>;
  close(): void;
}

interface SendOptions {
  readonly body?: string | Buffer | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

interface QueryOptions {
  readonly jobId?: string | undefined;
  /** Named parameters of type STRING. */
  readonly texts?: Readonly<Record<string, string>> | undefined;
  readonly parameters?: readonly QueryParameter[] | undefined;
  readonly configuration?: Partial<NonNullable<JobConfiguration['query']>> | undefined;
  readonly job?: Partial<JobConfiguration> | undefined;
}

export interface QueryOutcome {
  readonly job: Job;
  /** Values of the answer's cells. */
  readonly rows: readonly (readonly unknown[])[];
  readonly results: QueryResults;
  /** Reason and message of the job's error. */
  readonly error: string | undefined;
}

export const LOCATION = 'EU';

export function restOf(fake: BigQueryFake): Rest {
  const agent = new Agent({ keepAlive: true });
  const base = `${fake.endpoint}/bigquery/v2/projects/${fake.projectId}`;
  let made = 0;

  function send(method: string, url: string, { body, headers }: SendOptions): Promise<RestAnswer<unknown>> {
    return new Promise((resolve, reject) => {
      const sent = request(url, { method, agent, headers: { ...headers } }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: text === '' ? undefined : JSON.parse(text),
          }),
        );
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  async function call<T>(method: string, path: string, body?: unknown): Promise<RestAnswer<T>> {
    const headers = { 'content-type': 'application/json' };
    const text = body === undefined ? undefined : JSON.stringify(body);
    return (await send(method, `${base}${path}`, { body: text, headers })) as RestAnswer<T>;
  }

  async function finished(jobId: string): Promise<Job> {
    for (;;) {
      const { body } = await call<Job>('GET', `/jobs/${jobId}?location=${LOCATION}`);
      if (body.status?.state === 'DONE') return body;
      await new Promise(setImmediate);
    }
  }

  return {
    call,
    send,

    async query(sql, options = {}) {
      const { jobId = `query_${made++}`, texts, configuration, job } = options;
      const named = Object.entries(texts ?? {}).map(([name, value]) => ({
        name,
        parameterType: { type: 'STRING' },
        parameterValue: { value },
      }));
      const queryParameters = options.parameters ?? named;
      const mode = queryParameters[0]?.name === undefined ? 'POSITIONAL' : 'NAMED';
      const parameters = queryParameters.length === 0 ? {} : { parameterMode: mode, queryParameters };
      const query = { query: sql, useLegacySql: false, ...parameters, ...configuration };
      const inserted = await call<Job & RestError>('POST', '/jobs', {
        jobReference: { jobId, location: LOCATION },
        configuration: { ...job, query },
      });
      if (inserted.status !== 200) throw new Error(JSON.stringify(inserted.body));
      const { status, body } = await call<QueryResults & RestError>(
        'GET',
        `/queries/${jobId}?location=${LOCATION}`,
      );
      const done = await finished(jobId);
      const { errorResult } = done.status ?? {};
      return {
        job: done,
        results: body,
        rows: status === 200 ? (body.rows ?? []).map(({ f = [] }) => f.map(({ v }) => v as unknown)) : [],
        error: errorResult && `${errorResult.reason}: ${errorResult.message}`,
      };
    },

    async load(configuration, media) {
      const jobId = `load_${made++}`;
      const started = await send(
        'POST',
        `${fake.endpoint}/upload/bigquery/v2/projects/${fake.projectId}/jobs?uploadType=resumable`,
        {
          body: JSON.stringify({
            jobReference: { jobId, location: LOCATION },
            configuration: { load: configuration },
          }),
        },
      );
      const put = await send('PUT', String(started.headers.location), { body: media });
      if (put.status !== 200) throw new Error(JSON.stringify(put.body));
      return finished(jobId);
    },

    close: () => agent.destroy(),
  };
}
