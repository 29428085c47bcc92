/** A run that asks for one of its pipeline's slots, and how it stands in the queue. */
export interface SlotAsk {
  /** Who asks. One run of an id is open at a time, so the id names the holder. */
  readonly workflowId: string;
  /** Which run of that id; the same after a reset. */
  readonly origin: string;
  /** Lower goes first: live runs 0, catch-up 1. */
  readonly rank: number;
  /** When the run was started: among equals the older goes first. */
  readonly startedAt: string;
}

/** Payload of the signal `tidemarkAskSlot`. Asking again for what is held or waited for changes nothing. */
export interface SlotRequest {
  readonly ask: SlotAsk;
  /** The entry's `maxActiveRuns` as the run's plan has it; the newest one counts. */
  readonly limit: number;
}

/** Payload of the signals `tidemarkReleaseSlot`, and `tidemarkSlotGranted` in the other direction. */
export type SlotHolder = Pick<SlotAsk, 'workflowId' | 'origin'>;

/** Who holds a slot of a pipeline and who waits; answer of the query `tidemarkSlotState`. */
export interface SlotState {
  readonly limit: number;
  readonly holders: readonly SlotHolder[];
  readonly waiting: readonly SlotAsk[];
}

/** Input of `tidemarkSlots`. `carried` is set by continue-as-new only. */
export interface SlotsInput {
  readonly version: 1;
  readonly pipeline: string;
  /** Signals after which it continues as new, besides the server's own advice. @default 500 */
  readonly continueAfter?: number;
  readonly carried?: SlotState;
}

/** Input of the activity that asks for a slot; its worker starts `tidemarkSlots` where it does not run. */
export interface AskSlotInput {
  readonly version: 1;
  readonly pipeline: string;
  readonly request: SlotRequest;
}

export interface ClosedRunsInput {
  readonly version: 1;
  readonly workflowIds: readonly string[];
}

export interface ClosedRunsResult {
  readonly version: 1;
  /** Those of which no run is open any more. */
  readonly closed: readonly string[];
}
