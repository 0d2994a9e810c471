import { configurationPage } from './configuration.ts'
import { guaranteesPage } from './guarantees.ts'
import { metricsPage } from './metrics.ts'
import { modelReferencePage } from './modelReference.ts'
import { modelSchemaFile } from './modelSchema.ts'
import { topicsPage } from './topics.ts'

/** Files that are made from code, by their place from docs/. */
export const PAGES: Readonly<Record<string, () => string>> = {
  'configuration.md': configurationPage,
  'guarantees.md': guaranteesPage,
  'metrics.md': metricsPage,
  'model-reference.md': modelReferencePage,
  'topics.md': topicsPage,
  '../schemas/model.schema.json': modelSchemaFile,
}

/** docs/, where the pages are. */
export const folder = new URL('../', import.meta.url)
