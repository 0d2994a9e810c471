/** Sections of a model file that another may replace whole, in the order of the file. */
export const SECTIONS = [
  'description',
  'decay',
  'signals',
  'rules',
  'groups',
  'limit',
  'scores',
  'fit',
  'grid',
  'phases',
  'segments',
  'suppress',
  'tiers',
] as const satisfies readonly string[]
