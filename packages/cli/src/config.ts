import { baseConfig, loadConfig, mailKeys, port, text, variable } from '@hotlead/service'
import { sourcesVariable } from '@hotlead/sources'

const URL_ABOUT = 'URL of the HTTP edge; empty means this machine and HOTLEAD_INGESTOR_PORT'
const URL_KIND = 'a URL that starts with http:// or https://, without a password'
const edgeUrl = variable(text('', URL_ABOUT, URL_KIND).refine(isEdge), {
  about: URL_ABOUT,
  kind: URL_KIND,
  // Someone may have put a password into it.
  secret: true,
})

function isEdge(value: string): boolean {
  if (value === '') return true
  if (!URL.canParse(value)) return false
  const { protocol, username, password } = new URL(value)
  // fetch takes no URL with a password.
  return ['http:', 'https:'].includes(protocol) && username === '' && password === ''
}

/** What the command line reads of the environment: where the parts are. */
export const cliConfig = baseConfig.extend({
  HOTLEAD_INGESTOR_PORT: port(8088, 'Port of the HTTP edge'),
  HOTLEAD_SCORER_PORT: port(8091, 'Scorer: health and metrics'),
  HOTLEAD_TIERING_PORT: port(8092, 'Tiering: health and metrics'),
  HOTLEAD_URL: edgeUrl,
  ...sourcesVariable,
  HOTLEAD_KEY: text('sk_demo', 'Secret key that send, replay and import use', 'a key'),
  HOTLEAD_MAIL_KEYS: mailKeys(),
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

/** The variables that say where a part is. */
export type Place = 'HOTLEAD_KAFKA' | 'HOTLEAD_REDIS' | 'HOTLEAD_REGISTRY' | 'HOTLEAD_URL'

/** Whether the environment puts a part elsewhere than `npm start` does. */
export function isElsewhere(config: CliConfig, place: Place): boolean {
  return String(config[place]) !== String(cliConfig.shape[place].parse(undefined))
}
