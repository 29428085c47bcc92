import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../root';

const root = path.join(ROOT, 'src');

/** Every module that a file reaches. */
function reached(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, from] of readFileSync(file, 'utf8').matchAll(/^(?:import|export)[^;]*?from '([^']*)'/gms))
    if (!from!.startsWith('.')) seen.add(from!);
    else {
      const at = path.join(path.dirname(file), from!);
      reached(existsSync(`${at}.ts`) ? `${at}.ts` : path.join(at, 'index.ts'), seen);
    }
  return seen;
}

test('what workflow code may import knows no zone, no clock and no package', () => {
  const files = [...reached(path.join(root, 'interval', 'plain.ts'))];
  expect(files.filter((file) => !path.isAbsolute(file))).toEqual([]);
  for (const file of files) {
    expect(path.basename(file)).not.toMatch(/zone|cron|tick|local-time|timetable/);
    expect(readFileSync(file, 'utf8')).not.toMatch(/Date\.now|new Date\(\)|Math\.random|Intl\.|process\./);
  }
});
