import { describeAccess } from './acting/access';
import { describeBackfill } from './acting/backfill';
import { describeRun } from './acting/run';
import { type MarketStage, marketStage } from './stage';

let market: MarketStage;
beforeAll(async () => {
  market = await marketStage({ askEveryMs: 500 });
}, 180_000);
afterAll(async () => {
  await market.close();
});

describeAccess(() => market);
describeBackfill(() => market);
describeRun(() => market);
