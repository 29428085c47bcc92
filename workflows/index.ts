/**
 * tidemark's workflows, for a workflows file of one's own: `export * from 'tidemark/workflows'`.
 */
export {
  tidemarkBackfill,
  tidemarkBackfillProgress,
  tidemarkCancel,
  tidemarkPause,
  tidemarkResize,
  tidemarkResume,
} from './backfill';
export { tidemarkAskHome, tidemarkHome } from './home';
export { tidemarkLoadInterval, tidemarkRunProgress } from './load-interval';
export { tidemarkAskRate, tidemarkRates } from './rates';
export { tidemarkAskSlot, tidemarkReleaseSlot, tidemarkSlotState, tidemarkSlots } from './slots';
