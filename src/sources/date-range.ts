import { isoText, type SourceInstantInput, unix } from '../config';

/** From where a source's config has data, and up to where it is wanted. */
interface DateConfig {
  readonly startDate: SourceInstantInput;
  readonly endDate?: SourceInstantInput | undefined;
}

function rangeAs<T extends 'unix' | 'iso', V>(
  type: T,
  write: (instant: SourceInstantInput) => V,
  { startDate, endDate }: DateConfig,
) {
  return {
    type,
    initialValue: write(startDate),
    endValue: endDate === undefined ? null : write(endDate),
    allowExternalSchedulers: true,
  } as const;
}

/** `startDate` and `endDate` as what a cursor of unix seconds begins and ends with. */
export const unixRange = (c: DateConfig) => rangeAs('unix', unix, c);

/** `startDate` and `endDate` as what a cursor of ISO text begins and ends with. */
export const isoRange = (c: DateConfig) => rangeAs('iso', isoText, c);
