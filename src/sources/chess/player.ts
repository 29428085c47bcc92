import { TidemarkError } from '../../errors';
import type { Http, HttpAnswer, JsonObject } from '../../http';

/** The answers by which the API says that there is no such thing. */
export const GONE: readonly number[] = [404, 410];
export const isGone = (status: number): boolean => GONE.includes(status);

/** The path of a player, whose name the API writes in lower case. */
export const playerPath = (player: string): string =>
  `/pub/player/${encodeURIComponent(player.trim().toLowerCase())}`;

/**
 * What the API says of a player, or of something of his.
 *
 * @param path what comes after the player's own path
 * @throws CONFIG_INVALID where it doesn't know the player
 */
export async function getOfPlayer(http: Http, player: string, path = ''): Promise<JsonObject> {
  const answer: HttpAnswer<JsonObject> = await http.request({
    path: `${playerPath(player)}${path}`,
    accept: GONE,
  });
  if (!isGone(answer.status)) return answer.body;
  throw new TidemarkError(
    'CONFIG_INVALID',
    `chess.com knows no player "${player}" (${answer.status}): the account doesn't exist, was renamed or closed. ` +
      'Correct "players", or take the name away.',
    { details: { player, status: answer.status } },
  );
}
