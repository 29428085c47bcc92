import { pino } from 'pino';
import { redact, redactData } from '../config';
import type { Log } from '../source';

const stderr = pino.destination({ dest: 2, sync: true });
const logger = pino(
  { base: null, name: 'tidemark' },
  { write: (line: string) => stderr.write(lineOf(line)) },
);

/** The line as it leaves. A secret may have come into it by whatever wrote a field as text: then the line is written anew. */
function lineOf(line: string): string {
  return redact(line) === line ? line : `${JSON.stringify(redactData(JSON.parse(line)))}\n`;
}

/** Structured log lines on stderr, one JSON object each, with the pipeline's name; secrets are cut. */
export function loadLog(pipeline: string): Log {
  const at =
    (level: keyof Log) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void =>
      logger[level](redactData({ pipeline, ...fields }), redact(String(message)));
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
