import { hostProcessor } from '@hotlead/host'
import { baseConfig, loadConfig, main, port } from '@hotlead/service'
import { scoring } from './scoring.ts'
import { scorerTopology } from './topology.ts'

const schema = baseConfig.extend({ HOTLEAD_SCORER_PORT: port(8091, 'Scorer: health and metrics') })

await main('scorer', async () => {
  const config = loadConfig(schema)
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
