import { hostProcessor } from '@hotlead/host'
import { tiering } from '@hotlead/processors'
import { loadConfig, main } from '@hotlead/service'
import { tieringConfig } from './config.ts'
import { tieringTopology } from './topology.ts'

await main('tiering', async () => {
  const config = loadConfig(tieringConfig)
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
