import { Link, pathTo, type Route, route } from '../lib/router';

/** The page's own places. */
export function MainNav() {
  const { screen } = route.value;
  return (
    <nav class="main-nav" aria-label="Main">
      <Link href="/" aria-current={screen === 'overview' ? 'page' : undefined}>
        Pipelines
      </Link>
      <Link href="/preview" aria-current={screen === 'preview' ? 'page' : undefined}>
        Schedule preview
      </Link>
    </nav>
  );
}

const PLACES: readonly { readonly screen: 'grid' | 'schema'; readonly text: string }[] = [
  { screen: 'grid', text: 'Intervals' },
  { screen: 'schema', text: 'Schema and state' },
];

/** Where one is, and the places of a pipeline. */
export function PipelineNav({ pipeline, at }: { readonly pipeline: string; readonly at: Route['screen'] }) {
  return (
    <div class="pipeline-nav">
      <nav aria-label="Where you are" class="crumbs">
        <Link href="/">Pipelines</Link> <span aria-hidden="true">/</span>{' '}
        {at === 'grid' ? (
          <span class="name">{pipeline}</span>
        ) : (
          <Link href={pathTo({ screen: 'grid', pipeline })} class="name">
            {pipeline}
          </Link>
        )}
      </nav>
      <nav aria-label="Pipeline" class="tabs">
        {PLACES.map(({ screen, text }) => (
          <Link
            key={screen}
            href={pathTo({ screen, pipeline })}
            aria-current={
              at === screen ? 'page' : at === 'interval' && screen === 'grid' ? 'true' : undefined
            }
          >
            {text}
          </Link>
        ))}
      </nav>
    </div>
  );
}
