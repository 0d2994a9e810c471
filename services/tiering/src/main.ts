import { hostProcessor } from '@hotlead/host'
import { baseConfig, loadConfig, main, port } from '@hotlead/service'
import { tiering } from './tiering.ts'
import { tieringTopology } from './topology.ts'

const schema = baseConfig.extend({ HOTLEAD_TIERING_PORT: port(8092, 'Tiering: health and metrics') })

await main('tiering', async () => {
  const config = loadConfig(schema)
  await hostProcessor({
    name: 'tiering',
    config,
    port: config.HOTLEAD_TIERING_PORT,
    build: parts => ({
      processor: tiering(parts.models),
      topology: tieringTopology(parts, config.HOTLEAD_REGISTRY),
    }),
  })
})
