// A GitHub repository: its issues from 2024 on, every day; its events as they come, every six hours.
import { defineConfig, duckdb, pipeline } from 'tidemark';
import { github } from 'tidemark/sources/github';

const destination = duckdb({ path: 'github.duckdb' });

export default defineConfig({
  pipelines: [
    {
      pipeline: pipeline({ name: 'github_issues', destination, dataset: 'github_data' }),
      source: () => github().withResources('issues'),
      schedule: { cron: '@daily', timezone: 'UTC', startDate: '2024-01-01', catchup: true },
    },
    {
      // GitHub forgets events after 30 days or 300 of them, and can't be asked for those of an interval: each run goes on where the last one ended
      pipeline: pipeline({ name: 'github_activity', destination, dataset: 'github_data' }),
      // for a repository of which you are admin or collaborator: withResources('events', 'stargazers')
      source: () => github().withResources('events'),
      mode: 'incremental',
      schedule: { cron: '0 */6 * * *', timezone: 'UTC', startDate: '2024-01-01' },
    },
  ],
});
