import {
  type BoundIncremental,
  bindIncremental,
  type CursorEnvironment,
  type CursorState,
  type SchedulerContext,
} from '../incremental';
import type { Timestamp } from '../value';
import { type Component, nodesOf } from './components';
import type { ResourceDefinition, State } from './types';

/** The incrementals of a run by resource, and in each by the name that `extract` knows. */
export type BoundComponent = ReadonlyMap<string, Readonly<Record<string, BoundIncremental>>>;

interface BindComponentOptions {
  readonly component: Component;
  /** The stored cursors of a resource, by cursor path. */
  readonly stored: (resource: string) => Readonly<Record<string, CursorState>> | undefined;
  /** What the scheduler says to a resource; undefined for a run that no scheduler drives. */
  readonly context: (resource: string) => SchedulerContext | undefined;
  readonly env?: CursorEnvironment | undefined;
  /** The run's one now. */
  readonly now: Timestamp;
  readonly warn: (resource: string, message: string) => void;
}

/** Binds every incremental of a component to a run. */
export function bindComponent(options: BindComponentOptions): BoundComponent {
  const { component, stored, context, env, now, warn } = options;
  return new Map(
    nodesOf(component.root).map(({ definition }) => {
      const cursors = stored(definition.name);
      const bound = Object.entries(definition.incremental).map(([name, incremental]) => {
        const override = definition.overrides[name];
        const cursor = override?.cursor ?? incremental.options.cursor;
        return [
          name,
          bindIncremental({
            definition: incremental,
            name,
            stored: cursors?.[cursor],
            override,
            context: context(definition.name),
            env,
            resourceKey: definition.settings.primaryKey,
            now,
            warn: (message) => warn(definition.name, message),
          }),
        ] as const;
      });
      return [definition.name, Object.fromEntries(bound)];
    }),
  );
}

/** The state that `extract` gets: its own copy of what is stored, with `initialState` for the keys that aren't. */
export function stateFor({ initialState }: ResourceDefinition, stored: State | undefined): State {
  return { ...structuredClone(initialState ?? {}), ...structuredClone(stored ?? {}) };
}
