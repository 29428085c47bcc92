import { type Http, unexpectedBody } from '../../http';
import { getOfPlayer, playerPath } from './player';

/** The addresses of a player's monthly archives, oldest first. A month without a game has none. */
export async function archivesOf(http: Http, player: string): Promise<readonly string[]> {
  const body = await getOfPlayer(http, player, '/games/archives');
  const { archives } = body;
  if (Array.isArray(archives)) return archives.map(String);
  throw unexpectedBody({ body, url: `${playerPath(player)}/games/archives` }, 'has no list "archives"');
}

/** The games of one archive. */
export async function gamesOf(http: Http, url: string): Promise<readonly unknown[]> {
  const body = await http.get(url);
  if (Array.isArray(body['games'])) return body['games'];
  throw unexpectedBody({ body, url }, 'has no list "games"');
}
