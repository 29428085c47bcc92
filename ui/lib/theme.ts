import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';

export type ThemeChoice = 'auto' | 'light' | 'dark';

const KEY = 'tidemark-theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const systemDark = signal(system.matches);

/** What the person chose. */
export const themeChoice = signal<ThemeChoice>(readChoice());

/** What is shown. What draws by itself draws again when it changes. */
export const theme: ReadonlySignal<'light' | 'dark'> = computed(() => {
  if (themeChoice.value !== 'auto') return themeChoice.value;
  return systemDark.value ? 'dark' : 'light';
});

/** Puts the theme on the page, and keeps the choice. Called once. */
export function startTheme(): void {
  system.addEventListener('change', (event) => {
    systemDark.value = event.matches;
  });
  effect(() => {
    document.documentElement.dataset['theme'] = theme.value;
    writeChoice(themeChoice.value);
  });
}

function readChoice(): ThemeChoice {
  try {
    const text = localStorage.getItem(KEY);
    return text === 'light' || text === 'dark' ? text : 'auto';
  } catch {
    return 'auto';
  }
}

/** A browser that keeps nothing is no error. */
function writeChoice(choice: ThemeChoice): void {
  try {
    if (choice === 'auto') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {}
}
