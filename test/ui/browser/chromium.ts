import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Where Chromium is: as `CHROMIUM` in the environment says, else where packages put it.
 * @throws an error that says how to get it: tests of the page fail without it, since a skipped one shows nothing
 */
export function chromiumPath(): string {
  const { CHROMIUM: told } = process.env;
  const places = told === undefined || told === '' ? PLACES : [told];
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  throw new Error(
    `There is no Chromium at ${places.join(', ')}: the tests of the page run in one. Debian and Ubuntu have it by ` +
      '"apt-get install chromium" as root; one that is elsewhere is named by the environment variable CHROMIUM.',
  );
}

/** Starts a Chromium without a window. Close it after use. */
export const launchChromium = (args: readonly string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath(), args: [...ARGS, ...args] });
