export { anyPorts, checkPorts, defaultPorts, freePorts } from './ports.ts'
export type { Ports, Server } from './server.ts'
export { startServers, type Up, type UpOptions } from './up.ts'
