import { pino } from 'pino';
import { redactData } from '../config';
import type { Log } from '../source';

const logger = pino({ base: null, name: 'tidemark' }, pino.destination({ dest: 2, sync: true }));

/** Structured log lines on stderr, one JSON object each, with the pipeline's name; secrets are cut. */
export function loadLog(pipeline: string): Log {
  const at =
    (level: keyof Log) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void =>
      logger[level](redactData({ pipeline, ...fields }), String(redactData(message)));
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
