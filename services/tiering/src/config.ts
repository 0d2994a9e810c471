import { processorConfig } from '@hotlead/host'
import { port } from '@hotlead/service'

export const tieringConfig = processorConfig.extend({
  HOTLEAD_TIERING_PORT: port(8092, 'Tiering: health and metrics'),
})
