import {
  type BoundIncremental,
  bindIncremental,
  type CursorEnvironment,
  type CursorState,
} from '../incremental';
import type { RunRange } from '../interval';
import { type Component, nodesOf } from './components';
import type { ResourceDefinition, State } from './types';

/** The incrementals of a run by resource, and in each by the name that `extract` knows. */
export type BoundComponent = ReadonlyMap<string, Readonly<Record<string, BoundIncremental>>>;

interface BindComponentOptions {
  readonly component: Component;
  /** The stored cursors of a resource, by cursor path. */
  readonly stored: (resource: string) => Readonly<Record<string, CursorState>> | undefined;
  /** Which time the run loads of a resource. */
  readonly range: (resource: string) => RunRange;
  readonly env?: CursorEnvironment | undefined;
  readonly warn: (resource: string, message: string) => void;
}

/** A value by a name of the author's, which may be that of a method of every object. */
const own = <T>(values: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

/** Binds every incremental of a component to a run. */
export function bindComponent(options: BindComponentOptions): BoundComponent {
  const { component, stored, range, env, warn } = options;
  return new Map(
    nodesOf(component.root).map(({ definition }) => {
      const cursors = stored(definition.name);
      const bound = Object.entries(definition.incremental).map(([name, incremental]) => {
        const override = own(definition.overrides, name);
        const cursor = override?.cursor ?? incremental.options.cursor;
        return [
          name,
          bindIncremental({
            definition: incremental,
            name,
            stored: cursors && own(cursors, cursor),
            override,
            range: range(definition.name),
            env,
            resourceKey: definition.settings.primaryKey,
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
