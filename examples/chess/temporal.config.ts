// chess.com: the games of some players, every day half a day later, since the API may answer with what it knew 12 hours ago;
// and by hand, archive by archive: tidemark run chess_archives --bind 'players_games.startMonth="2023/01"'
import { defineConfig, duckdb, pipeline } from 'tidemark';
import { chess } from 'tidemark/sources/chess';

const destination = duckdb({ path: 'chess.duckdb' });
const dataset = 'chess_data';

const daily = pipeline({ name: 'chess', destination, dataset });
const archives = pipeline({ name: 'chess_archives', destination, dataset });

const source = () => chess({ players: ['magnuscarlsen', 'hikaru'] });

export default defineConfig({
  pipelines: [
    {
      pipeline: daily,
      source,
      schedule: { cron: '@daily', timezone: 'UTC', startDate: '2024-01-01', delay: '12h' },
    },
    {
      pipeline: archives,
      source: () => source().withResources('players_games'),
      mode: 'incremental',
    },
  ],
});
