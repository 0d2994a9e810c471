import { configurationPage } from './configuration.ts'
import { guaranteesPage } from './guarantees.ts'
import { metricsPage } from './metrics.ts'
import { topicsPage } from './topics.ts'

/** Pages of docs/ that are made from code, by file name. */
export const PAGES: Readonly<Record<string, () => string>> = {
  'configuration.md': configurationPage,
  'guarantees.md': guaranteesPage,
  'metrics.md': metricsPage,
  'topics.md': topicsPage,
}

/** docs/, where the pages are. */
export const folder = new URL('../', import.meta.url)
