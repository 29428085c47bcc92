import { describeGrid } from './reading/grid';
import { describeInterval } from './reading/interval';
import { describeLooks } from './reading/looks';
import { describeScreens } from './reading/screens';
import { type MarketStage, marketStage } from './stage';

let market: MarketStage;
beforeAll(async () => {
  market = await marketStage();
}, 180_000);
afterAll(async () => {
  await market.close();
});

describeScreens(() => market);
describeGrid(() => market);
describeInterval(() => market);
describeLooks(() => market);
