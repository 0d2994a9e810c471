import { baseConfig, loadConfig, port, text } from '@hotlead/service'

/** What the command line reads of the environment: where the parts are. */
export const cliConfig = baseConfig.extend({
  HOTLEAD_INGESTOR_PORT: port(8088, 'Port of the HTTP edge'),
  HOTLEAD_SCORER_PORT: port(8091, 'Scorer: health and metrics'),
  HOTLEAD_TIERING_PORT: port(8092, 'Tiering: health and metrics'),
  HOTLEAD_URL: text('', 'URL of the HTTP edge; empty means this machine and HOTLEAD_INGESTOR_PORT', 'a URL'),
  HOTLEAD_KEY: text('sk_demo', 'Secret key that send and replay use', 'a key'),
})
export type CliConfig = ReturnType<typeof readConfig>

/** @throws ConfigError with every problem at once */
export function readConfig(env?: Record<string, string | undefined>) {
  return loadConfig(cliConfig, env)
}

export function ingestorUrl(config: CliConfig): string {
  const host = config.HOTLEAD_HOST === '0.0.0.0' ? '127.0.0.1' : config.HOTLEAD_HOST
  return (config.HOTLEAD_URL || `http://${host}:${config.HOTLEAD_INGESTOR_PORT}`).replace(/\/+$/, '')
}
