import type { PipelineOverview } from '../../src/operate';
import { needsLook } from './words';

/** Which pipelines are shown. */
export interface Filter {
  readonly search: string;
  readonly onlyTrouble: boolean;
}

export const NO_FILTER: Filter = { search: '', onlyTrouble: false };

/** The pipelines that a filter leaves. */
export function filtered(
  pipelines: readonly PipelineOverview[],
  filter: Filter,
): readonly PipelineOverview[] {
  const wanted = filter.search.trim().toLowerCase();
  return pipelines.filter(
    (pipeline) =>
      pipeline.pipeline.toLowerCase().includes(wanted) && (!filter.onlyTrouble || needsLook(pipeline)),
  );
}

interface FilterFieldsProps {
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}

export function FilterFields({ filter, onFilter }: FilterFieldsProps) {
  return (
    <search class="row filter">
      <label for="pipeline-search">Find a pipeline</label>
      <input
        id="pipeline-search"
        type="search"
        value={filter.search}
        onInput={(event) => onFilter({ ...filter, search: event.currentTarget.value })}
      />
      <label class="choice">
        <input
          type="checkbox"
          checked={filter.onlyTrouble}
          onChange={(event) => onFilter({ ...filter, onlyTrouble: event.currentTarget.checked })}
        />
        Only those that are behind, have gaps, failed or are paused
      </label>
    </search>
  );
}
