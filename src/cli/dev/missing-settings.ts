import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import dotenv from 'dotenv';
import { TidemarkError } from '../../errors';
import { type LoadedDeployment, missingSecrets } from '../../operate';

/**
 * What is missing of a pipeline's settings as one line that says what to fill in where; a message about anything else as
 * it is.
 *
 * @param missing a line of `missingSecrets`, which lists every place that was looked at
 * @param folder of the config: where `.env` is, and `.env.example`, whose names are preferred
 */
export function whatToFillIn(missing: string, folder: string): string {
  const settings = missing.split(/\n?(?=The (?:setting|secret) ")/).slice(1);
  const names = settings.map((one) => [...one.matchAll(/^ +- \.env (\S+)$/gm)].map(([, name = '']) => name));
  if (names.length === 0 || names.some((places) => places.length === 0)) return missing;
  const example = path.join(folder, '.env.example');
  const listed = existsSync(example) ? Object.keys(dotenv.parse(readFileSync(example))) : [];
  const chosen = names.map((places) => places.find((name) => listed.includes(name)) ?? places[0]!);
  const env = existsSync(path.join(folder, '.env'));
  const from = listed.length > 0 && !env ? ' (cp .env.example .env)' : '';
  return `${missing.slice(0, missing.indexOf(':'))}: fill in ${chosen.join(', ')} in ${path.join(folder, '.env')}${from}`;
}

/**
 * Refuses to start where every pipeline lacks settings, as in a new project whose `.env` isn't filled in. Where some could
 * load, or the config is wrong in another way that an edit may right, what is missing is a warning.
 *
 * @throws SECRET_MISSING with a line for each pipeline
 */
export function checkSettings({ config, file }: LoadedDeployment): void {
  const missing = missingSecrets(config.pipelines);
  const lines = missing.map((line) => whatToFillIn(line, path.dirname(file)));
  const all =
    lines.length === config.pipelines.length && lines.every((line, index) => line !== missing[index]);
  if (all) throw new TidemarkError('SECRET_MISSING', lines.join('\n'));
}
