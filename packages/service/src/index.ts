export {
  type BaseConfig,
  baseConfig,
  ConfigError,
  configReference,
  count,
  DEMO_SECRET,
  EXIT_CONFIG,
  loadConfig,
  mailKeys,
  port,
  text,
  type Variable,
  variable,
} from './config.ts'
export { type Answer, type HealthServer, healthAnswer, healthServer, type Ready } from './health.ts'
export { type Logger, logger } from './log.ts'
export { fatalSentence, main } from './main.ts'
export { Counter, Gauge, Histogram, metrics, Registry } from './metrics.ts'
export { type Shutdown, type ShutdownStep, shutdown } from './shutdown.ts'
export { type Check, watch, within } from './watch.ts'
