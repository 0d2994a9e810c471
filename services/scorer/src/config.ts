import { baseConfig, port } from '@hotlead/service'

export const scorerConfig = baseConfig.extend({
  HOTLEAD_SCORER_PORT: port(8091, 'Scorer: health and metrics'),
})
