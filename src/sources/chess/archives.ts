import { type Http, type JsonObject, unexpectedBody } from '../../http';
import { GONE, getOfPlayer, isGone, playerPath } from './player';

/** The addresses of a player's monthly archives, oldest first. A month without a game has none. */
export async function archivesOf(http: Http, player: string): Promise<readonly string[]> {
  const body = await getOfPlayer(http, player, '/games/archives');
  const { archives } = body;
  if (Array.isArray(archives)) return archives.map(String);
  throw unexpectedBody({ body, url: `${playerPath(player)}/games/archives` }, 'has no list "archives"');
}

/** The games of one archive; undefined where the API lists it and doesn't have it. */
export async function gamesOf(http: Http, url: string): Promise<readonly unknown[] | undefined> {
  const { status, body } = await http.request<JsonObject>({ path: url, accept: GONE });
  if (isGone(status)) return undefined;
  if (Array.isArray(body['games'])) return body['games'];
  throw unexpectedBody({ body, url }, 'has no list "games"');
}
