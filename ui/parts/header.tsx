import { connected } from '../lib/live';
import { Link } from '../lib/router';
import { session } from '../lib/session';
import { type ThemeChoice, themeChoice } from '../lib/theme';
import { MainNav } from './nav';

/** The top of every screen. */
export function Header() {
  const about = session.value;
  return (
    <header class="top">
      <div class="top-in">
        <Link href="/" class="brand">
          <img src="/icon.svg" alt="" width="24" height="24" />
          <strong>tidemark</strong>
          <span class="project">{about?.project}</span>
        </Link>
        <MainNav />
        <div class="top-end">
          {about?.readOnly ? (
            <span class="mark" title="The server refuses actions: it was started with --read-only">
              read-only
            </span>
          ) : null}
          <Connection />
          <ThemeToggle />
        </div>
      </div>
    </header>
  );
}

function Connection() {
  return (
    <span class={connected.value ? 'live on' : 'live'} role="status">
      {connected.value ? 'live' : 'not connected'}
    </span>
  );
}

const CHOICES: readonly ThemeChoice[] = ['auto', 'light', 'dark'];

function ThemeToggle() {
  return (
    <label class="theme">
      <span class="theme-word">Theme</span>
      <select
        value={themeChoice.value}
        onChange={(event) => {
          themeChoice.value = CHOICES.find((choice) => choice === event.currentTarget.value) ?? 'auto';
        }}
      >
        {CHOICES.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    </label>
  );
}
