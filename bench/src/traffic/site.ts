/** Pages of a company's site, about as often as people look at them. None alone makes anybody HOT. */
export const PAGES: readonly string[] = [
  '/',
  '/',
  '/',
  '/blog/how-we-cut-onboarding-time-by-half',
  '/blog/what-buyers-ask-first',
  '/blog/notes-on-lead-scoring',
  '/blog/the-year-in-review',
  '/products/platform',
  '/products/integrations',
  '/features/reports',
  '/docs/getting-started',
  '/docs/api/events',
  '/case-studies/acme',
  '/about',
  '/careers/engineer',
  '/contact',
]
export const HOST = 'www.example.com'
export const AGENTS: readonly string[] = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0',
]

/** One of a list, by any whole number. */
export function pick<T>(list: readonly T[], n: number): T {
  return list[n % list.length] as T
}
