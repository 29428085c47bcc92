import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { PipelineOverview } from '../../src/operate';
import { formatCount, plural } from '../lib/format';
import { Link, pathTo } from '../lib/router';
import { ago, formatInstant, formatInterval, formatTime } from '../lib/time';
import { causeWords, RunBadge } from '../parts/state-badge';
import { Table } from '../parts/table';
import { PipelineActions } from './actions';
import { Backfills } from './backfills';
import { RowsBars } from './rows-bars';
import { countGaps, freshnessWords, nextWords } from './words';

interface CardProps {
  readonly overview: PipelineOverview;
  /** The server's time. */
  readonly nowMs: number;
}

/** All about one pipeline. */
export function PipelineCard({ overview, nowMs }: CardProps) {
  const { pipeline, schedule, running, unread } = overview;
  const id = useId();
  const zone = schedule?.zone ?? 'UTC';
  return (
    <article class="card pipeline" aria-labelledby={id}>
      <header class="card-head">
        <h2 id={id} class="name">
          <Link href={pathTo({ screen: 'grid', pipeline })}>{pipeline}</Link>
        </h2>
        {schedule?.paused ? (
          <span class="badge is-missing">
            <span class="sign" aria-hidden="true">
              ‖
            </span>
            paused
          </span>
        ) : null}
        {running > 0 ? (
          <span class="badge is-running">
            <span class="sign" aria-hidden="true">
              ▸
            </span>
            {plural(running, 'run')} under way
          </span>
        ) : null}
        <PipelineActions overview={overview} />
      </header>
      {unread === undefined ? null : (
        <div class="note warn">
          <p>
            <strong>The ledger can’t be read now.</strong> What is loaded isn’t known. {unread}
          </p>
        </div>
      )}
      <div class="facets">
        <ScheduleFacet overview={overview} nowMs={nowMs} />
        <FreshnessFacet overview={overview} zone={zone} />
        <GapsFacet overview={overview} />
        <Facet title="Rows a day">
          {unread === undefined ? <RowsBars days={overview.rowsPerDay} /> : <p class="dim">Not known.</p>}
        </Facet>
      </div>
      <Backfills backfills={overview.backfills} zone={zone} nowMs={nowMs} />
      <Resources overview={overview} zone={zone} />
    </article>
  );
}

function Facet({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="facet">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function ScheduleFacet({ overview, nowMs }: CardProps) {
  const { schedule, lastRun } = overview;
  const zone = schedule?.zone ?? 'UTC';
  return (
    <Facet title="Schedule">
      {schedule === undefined ? (
        <p class="dim">None: it runs when it is started.</p>
      ) : (
        <>
          <p>
            {schedule.words} <span class="dim">({zone})</span>
          </p>
          <p>
            <span class="dim">Next:</span> {nextWords(schedule, nowMs)}
          </p>
          {schedule.paused && schedule.note ? <p class="dim">“{schedule.note}”</p> : null}
        </>
      )}
      <p class="last-run">
        <span class="dim">Last:</span>{' '}
        {lastRun === undefined ? (
          <span class="dim">no run known</span>
        ) : (
          <>
            <RunBadge status={lastRun.status} /> <LastInterval overview={overview} zone={zone} />
            <span class="dim nowrap" title={formatTime(lastRun.closedAt ?? lastRun.startedAt, zone)}>
              {ago(lastRun.closedAt ?? lastRun.startedAt, nowMs)}
            </span>
          </>
        )}
      </p>
    </Facet>
  );
}

function LastInterval({ overview, zone }: { readonly overview: PipelineOverview; readonly zone: string }) {
  const interval = overview.lastRun?.interval;
  if (interval === undefined) return null;
  const to = pathTo({ screen: 'interval', pipeline: overview.pipeline, start: interval.start });
  return (
    <>
      <Link href={to} class="nowrap">
        {formatInterval(interval, zone)}
      </Link>{' '}
    </>
  );
}

function FreshnessFacet({ overview, zone }: { readonly overview: PipelineOverview; readonly zone: string }) {
  const { tone, sign, short, more } = freshnessWords(overview.freshness, zone);
  const known = overview.unread === undefined && overview.schedule !== undefined;
  return (
    <Facet title="Freshness">
      {known ? (
        <>
          <p class={`verdict is-${tone}`}>
            <span aria-hidden="true">{sign}</span> {short}
          </p>
          {more.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </>
      ) : (
        <p class="dim">{overview.unread === undefined ? 'No schedule to be behind.' : 'Not known.'}</p>
      )}
    </Facet>
  );
}

function GapsFacet({ overview }: { readonly overview: PipelineOverview }) {
  const total = countGaps(overview);
  const isKnown = overview.unread === undefined;
  if (!isKnown || (overview.schedule === undefined && total === 0))
    return (
      <Facet title="Gaps">
        <p class="dim">{isKnown ? 'No schedule to have gaps in.' : 'Not known.'}</p>
      </Facet>
    );
  return (
    <Facet title="Gaps">
      {total === 0 ? (
        <p class="verdict is-loaded">
          <span aria-hidden="true">✓</span> none
        </p>
      ) : (
        <>
          <p class="verdict is-missing">
            <span aria-hidden="true">○</span> {formatCount(total)} not loaded
          </p>
          <ul class="causes">
            {overview.gaps
              .filter(({ intervals }) => intervals > 0)
              .map(({ cause, intervals }) => (
                <li key={cause} class={cause === 'failed' ? 'is-failed' : undefined}>
                  <span class="cause-count">{formatCount(intervals)}</span> {causeWords(cause)}
                </li>
              ))}
          </ul>
        </>
      )}
    </Facet>
  );
}

function Resources({ overview, zone }: { readonly overview: PipelineOverview; readonly zone: string }) {
  const { resources } = overview;
  if (resources.length === 0) return null;
  const rows = resources.reduce((sum, resource) => sum + resource.rows, 0);
  return (
    <details class="resources">
      <summary>
        {plural(resources.length, 'resource')} <span class="dim">· {plural(rows, 'row')} loaded</span>
      </summary>
      <Table
        caption={`Resources of ${overview.pipeline}`}
        rows={resources}
        keyOf={({ resource }) => resource}
        columns={[
          {
            key: 'name',
            title: 'Resource',
            heads: true,
            cell: ({ resource }) => <span class="name">{resource}</span>,
          },
          { key: 'rows', title: 'Rows', numeric: true, cell: ({ rows: count }) => formatCount(count) },
          { key: 'loads', title: 'Loads', numeric: true, cell: ({ loads }) => formatCount(loads) },
          {
            key: 'until',
            title: 'Loaded until',
            cell: ({ loadedUntil }) => (loadedUntil === undefined ? '–' : formatInstant(loadedUntil, zone)),
          },
          { key: 'gaps', title: 'Gaps', numeric: true, cell: ({ gaps }) => formatCount(gaps) },
          {
            key: 'reached',
            title: 'Backfills',
            cell: ({ reached }) => (reached ? 'loaded' : 'left to live runs'),
          },
        ]}
      />
    </details>
  );
}
