export { ownEnvironment, servers } from './installation.ts'
export { type RunningService, startService } from './service.ts'
export { testServers } from './testServers.ts'
export { until } from './until.ts'
