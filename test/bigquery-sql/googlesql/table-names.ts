import { LANGUAGE } from './language';
import type { LocalService } from './service';
import { Fields, message, nested, text } from './wire';

/** The paths of tables as a statement writes them. @throws Refusal */
export function tableNames(service: LocalService, sql: string): readonly (readonly string[])[] {
  const answer = service.call('ExtractTableNamesFromStatement', message(text(1, sql), nested(2, LANGUAGE)));
  return new Fields(answer).all(1).map((name) => name.texts(1));
}
