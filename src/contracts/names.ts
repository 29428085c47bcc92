/**
 * The names by which Temporal knows tidemark; those of activities are the methods of `TidemarkActivities`. Renaming one
 * breaks running workflows: they are part of the public API.
 */
export const WORKFLOWS = {
  loadInterval: 'tidemarkLoadInterval',
  backfill: 'tidemarkBackfill',
  slots: 'tidemarkSlots',
  rates: 'tidemarkRates',
  home: 'tidemarkHome',
} as const;

export const SIGNALS = {
  pause: 'tidemarkPause',
  resume: 'tidemarkResume',
  cancel: 'tidemarkCancel',
  resize: 'tidemarkResize',
  askSlot: 'tidemarkAskSlot',
  releaseSlot: 'tidemarkReleaseSlot',
  slotGranted: 'tidemarkSlotGranted',
} as const;

export const UPDATES = {
  askRate: 'tidemarkAskRate',
  askHome: 'tidemarkAskHome',
} as const;

export const QUERIES = {
  runProgress: 'tidemarkRunProgress',
  backfillProgress: 'tidemarkBackfillProgress',
  slotState: 'tidemarkSlotState',
} as const;

/** Search attributes, so that Temporal's UI can filter by them. */
export const SEARCH_ATTRIBUTES = {
  pipeline: 'TidemarkPipeline',
  kind: 'TidemarkKind',
  resource: 'TidemarkResource',
  intervalStart: 'TidemarkIntervalStart',
  intervalEnd: 'TidemarkIntervalEnd',
} as const;

/** As what the server indexes each of them. */
export const SEARCH_ATTRIBUTE_TYPES = {
  TidemarkPipeline: 'Keyword',
  TidemarkKind: 'Keyword',
  TidemarkResource: 'KeywordList',
  TidemarkIntervalStart: 'Datetime',
  TidemarkIntervalEnd: 'Datetime',
} as const satisfies Readonly<Record<(typeof SEARCH_ATTRIBUTES)[keyof typeof SEARCH_ATTRIBUTES], string>>;

/** The key in the memo of Schedules and workflows under which tidemark keeps what it wrote. */
export const MEMO_KEY = 'tidemark';

/** The key under which `tidemarkHome` shows where its dataset is, so that it can be read without a worker. */
export const HOME_MEMO_KEY = 'tidemarkHome';

/** The key under which a cancelled run or backfill leaves its result: Temporal keeps no details of a cancel. */
export const RESULT_MEMO_KEY = 'tidemarkResult';
