import { loadConfig, logger, main, shutdown } from '@hotlead/service'
import { ingestorConfig } from './config.ts'
import { startIngestor } from './ingestor.ts'

await main('ingestor', async () => {
  const config = loadConfig(ingestorConfig)
  const log = logger('ingestor', config.LOG_LEVEL)
  const ingestor = await startIngestor(config, log, wrong => {
    log.fatal(wrong.join('; '))
    void ending.stop(wrong.join('; '), 1)
  })
  const ending = shutdown(
    [
      { name: 'stop accepting', run: ingestor.stopAccepting },
      { name: 'flush', run: ingestor.flush },
      { name: 'leave Kafka', run: ingestor.leave, within: 3_000 },
    ],
    { log },
  )
})
