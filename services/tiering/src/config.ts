import { baseConfig, port } from '@hotlead/service'

export const tieringConfig = baseConfig.extend({
  HOTLEAD_TIERING_PORT: port(8092, 'Tiering: health and metrics'),
})
