import { readFileSync } from 'node:fs'

/** The browser script as it is served: minified from tracker.js by `pnpm build`, at most 3 KB gzipped. */
export function trackerScript(): string {
  return readFileSync(new URL('generated/tracker.min.js', import.meta.url), 'utf8')
}
