import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { ChangeEvent } from '../../src/ui/api';
import { route } from './router';
import { session } from './session';

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;
/** A page in the background gives its connection back: a browser has six for a server. */
const HIDDEN_MS = 10_000;

const open = signal(false);
const listeners = new Map<string, Set<() => void>>();
let source: EventSource | undefined;
let delayMs = FIRST_DELAY_MS;
let timer: number | undefined;
let shown: string | undefined;
let missed = false;

/** Whether changes are told as they happen. */
export const connected: ReadonlySignal<boolean> = open;

/**
 * Calls `fn` when what was read of a topic (`overview`, `pipeline:NAME`) has changed, and after a time in which changes could have
 * been missed. Returns what ends it.
 */
export function onChange(topic: string, fn: () => void): () => void {
  const set = listeners.get(topic) ?? new Set();
  listeners.set(topic, set.add(fn));
  return () => {
    set.delete(fn);
    if (set.size === 0 && listeners.get(topic) === set) listeners.delete(topic);
  };
}

/** Connects, follows the shown pipeline, and stays connected while the page is looked at. Called once. */
export function startLive(): void {
  effect(() => {
    const pipeline = shownPipeline();
    if (source !== undefined && pipeline === shown) return;
    shown = pipeline;
    connect();
  });
  document.addEventListener('visibilitychange', followVisibility);
  if (document.hidden) followVisibility();
}

/** None for a name that the config doesn't have: the server would refuse the stream. */
function shownPipeline(): string | undefined {
  const at = route.value;
  const names = session.value?.pipelines;
  if (!('pipeline' in at)) return undefined;
  return names === undefined || names.includes(at.pipeline) ? at.pipeline : undefined;
}

function followVisibility(): void {
  clearTimeout(timer);
  if (document.hidden) timer = window.setTimeout(disconnect, HIDDEN_MS);
  else if (source === undefined) connect();
}

function connect(): void {
  // what another pipeline's stream tells isn't missed: its screen asks anew
  source?.close();
  clearTimeout(timer);
  const name = shown === undefined ? '' : `?pipeline=${encodeURIComponent(shown)}`;
  const stream = new EventSource(`/api/events${name}`);
  source = stream;
  stream.addEventListener('open', () => {
    open.value = true;
    delayMs = FIRST_DELAY_MS;
    if (missed) for (const topic of [...listeners.keys()]) tell(topic);
    missed = false;
  });
  stream.addEventListener('change', (event) => tell(topicOf(event)));
  stream.addEventListener('error', () => {
    if (source !== stream) return;
    disconnect();
    if (document.hidden) return;
    // up to twice as long, so that a hundred pages don't come back at once
    timer = window.setTimeout(connect, delayMs * (1 + Math.random()));
    delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
  });
}

function disconnect(): void {
  source?.close();
  source = undefined;
  open.value = false;
  missed = true;
}

function tell(topic: string): void {
  for (const fn of [...(listeners.get(topic) ?? [])]) fn();
}

function topicOf(event: MessageEvent<string>): string {
  try {
    return (JSON.parse(event.data) as ChangeEvent).topic;
  } catch {
    return '';
  }
}
