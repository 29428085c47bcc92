import { defineSource, type Resource, type Source } from '../../src';

export { resource } from '../../src';

/** A source of these resources. */
export function sourceOf<R extends Resource>(name: string, resources: readonly R[]): Source<R> {
  return defineSource({ name, resources: () => resources })() as Source<R>;
}
