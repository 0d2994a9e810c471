import { hostProcessor } from '@hotlead/host'
import { scoring } from '@hotlead/processors'
import { loadConfig, main } from '@hotlead/service'
import { scorerConfig } from './config.ts'
import { scorerTopology } from './topology.ts'

await main('scorer', async () => {
  const config = loadConfig(scorerConfig)
  await hostProcessor({
    name: 'scorer',
    config,
    port: config.HOTLEAD_SCORER_PORT,
    build: parts => ({
      processor: scoring(parts.models),
      topology: scorerTopology(parts, config.HOTLEAD_REGISTRY),
    }),
  })
})
