import path from 'node:path';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { Resource } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { Client } from '@temporalio/client';
import { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry';
import { NativeConnection, Worker } from '@temporalio/worker';
import { defineConfig, defineSource, duckdb, pipeline, resource } from '../../src';
import { WORKFLOWS } from '../../src/contracts';
import { tidemarkPlugin } from '../../src/plugin';
import { ROOT } from '../root';
import { startTestServer } from '../temporal/test-server';

let server: Awaited<ReturnType<typeof startTestServer>>;
beforeAll(async () => {
  server = await startTestServer();
}, 180_000);
afterAll(() => server.close());

test("the SDK's OpenTelemetry plugin beside tidemark's traces a run from the client to the load", async () => {
  const source = defineSource({
    name: 'shop',
    resources: () => [resource({ name: 'orders', extract: () => [[{ id: 1 }]] })],
  });
  const destination = duckdb({ path: path.join(server.projectDir, 'traced.duckdb') });
  const workDir = path.join(server.projectDir, 'work');
  const config = defineConfig({
    pipelines: [{ pipeline: pipeline({ name: 'traced', destination, workDir }), source: () => source() }],
  });
  const exporter = new InMemorySpanExporter();
  const otelResource = new Resource({ 'service.name': 'loads' });
  const spanProcessor = new SimpleSpanProcessor(exporter);
  const provider = new BasicTracerProvider({ resource: otelResource, spanProcessors: [spanProcessor] });
  provider.register({ contextManager: new AsyncLocalStorageContextManager() });
  const tracer = provider.getTracer('loads');
  const telemetry = new OpenTelemetryPlugin({ resource: otelResource, spanProcessor, tracer });
  const connection = await NativeConnection.connect({ address: server.address });
  const worker = await Worker.create({
    connection,
    taskQueue: 'traced',
    workflowsPath: path.join(ROOT, 'dist', 'workflows', 'index.js'),
    plugins: [tidemarkPlugin(config), telemetry],
  });
  const client = new Client({ connection: server.connection, plugins: [telemetry] });
  await worker.runUntil(
    client.workflow.execute(WORKFLOWS.loadInterval, {
      ...{ workflowId: 'traced-run', taskQueue: 'traced' },
      args: [{ version: 1, pipeline: 'traced' }],
    }),
  );
  await connection.close();
  const spans = exporter.getFinishedSpans();
  expect(spans.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'StartWorkflow:tidemarkLoadInterval',
      'RunWorkflow:tidemarkLoadInterval',
      'RunActivity:tidemarkPlanInterval',
      'RunActivity:tidemarkLoadResource',
    ]),
  );
  const traceOf = (name: string): string | undefined =>
    spans.find((span) => span.name === name)?.spanContext().traceId;
  expect(traceOf('RunActivity:tidemarkLoadResource')).toBe(traceOf('StartWorkflow:tidemarkLoadInterval'));
}, 180_000);
