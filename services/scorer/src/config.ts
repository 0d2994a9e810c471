import { processorConfig } from '@hotlead/host'
import { port } from '@hotlead/service'

export const scorerConfig = processorConfig.extend({
  HOTLEAD_SCORER_PORT: port(8091, 'Scorer: health and metrics'),
})
