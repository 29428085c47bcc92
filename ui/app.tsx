import { useEffect, useRef } from 'preact/hooks';
import { ActionHost } from './actions';
import { loadSession } from './lib/follow-session';
import { Link, pathTo, type Route, route } from './lib/router';
import { session, sessionError } from './lib/session';
import { ErrorBoundary } from './parts/error-boundary';
import { ErrorNote } from './parts/error-note';
import { Header } from './parts/header';
import { PipelineNav } from './parts/nav';
import { IntervalScreen } from './screens/interval';
import { OverviewScreen } from './screens/overview';
import { PipelineScreen } from './screens/pipeline';
import { PreviewScreen } from './screens/preview';
import { SchemaScreen } from './screens/schema';
import './app.css';

/** The whole page. */
export function App() {
  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <Header />
      <Main />
      <ActionHost />
    </>
  );
}

function Main() {
  const ref = useRef<HTMLElement>(null);
  const at = route.value;
  const title = titleOf(at);
  const place = 'pipeline' in at ? `${at.screen} ${at.pipeline}` : at.screen;
  const before = useRef(place);

  useEffect(() => {
    document.title = [title, session.value?.project, 'tidemark'].filter(Boolean).join(' – ');
  }, [title, session.value]);
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    ref.current?.focus({ preventScroll: true });
  }, [place]);

  return (
    <main id="main" ref={ref} tabIndex={-1} aria-label={title}>
      <ErrorBoundary key={place}>
        <Place at={at} />
      </ErrorBoundary>
    </main>
  );
}

/** A pipeline's places stand above its screens. */
function Place({ at }: { readonly at: Route }) {
  const isKnown = 'pipeline' in at && session.value?.pipelines.includes(at.pipeline);
  return (
    <div class="stack">
      {isKnown ? <PipelineNav pipeline={at.pipeline} at={at.screen} /> : null}
      <Screen at={at} />
    </div>
  );
}

function Screen({ at }: { readonly at: Route }) {
  const about = session.value;
  if (about === undefined) {
    if (sessionError.value === undefined) return <p role="status">Loading…</p>;
    return <ErrorNote error={sessionError.value} onRetry={loadSession} />;
  }
  if (at.screen === 'not-found') return <NotFound text="There is no such page." />;
  if (at.screen === 'overview') return about.pipelines.length === 0 ? <NoPipelines /> : <OverviewScreen />;
  if (at.screen === 'preview') return <PreviewScreen />;
  if (!about.pipelines.includes(at.pipeline))
    return <NotFound text={`The config has no pipeline “${at.pipeline}”.`} />;
  if (at.screen === 'schema') return <SchemaScreen pipeline={at.pipeline} />;
  if (at.screen === 'interval') return <IntervalScreen pipeline={at.pipeline} start={at.start} />;
  return <PipelineScreen pipeline={at.pipeline} />;
}

function NotFound({ text }: { readonly text: string }) {
  const names = session.value?.pipelines ?? [];
  return (
    <div class="stack">
      <h1>Not found</h1>
      <p>{text}</p>
      <ul class="links">
        {names.map((pipeline) => (
          <li key={pipeline}>
            <Link href={pathTo({ screen: 'grid', pipeline })}>{pipeline}</Link>
          </li>
        ))}
      </ul>
      <p>
        <Link href="/">All pipelines</Link>
      </p>
    </div>
  );
}

function NoPipelines() {
  return (
    <div class="stack">
      <h1>No pipelines yet</h1>
      <p>
        The config deploys none. Add one to <code>deploy</code> of <code>temporal.config.ts</code>, and start
        this page again.
      </p>
    </div>
  );
}

function titleOf(at: Route): string {
  switch (at.screen) {
    case 'overview':
      return 'Pipelines';
    case 'preview':
      return 'Schedule preview';
    case 'grid':
      return at.pipeline;
    case 'interval':
      return `${at.pipeline}, ${at.start}`;
    case 'schema':
      return `Schema of ${at.pipeline}`;
    case 'not-found':
      return 'Not found';
  }
}
