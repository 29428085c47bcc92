/** tidemark in Temporal workers and clients of one's own: `import { tidemarkPlugin } from 'tidemark/plugin'`. */
export { type TidemarkPlugin, tidemarkPlugin } from './tidemark-plugin';
