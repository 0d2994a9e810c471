/** One real server of the local set, however it is run. */
export interface Server {
  readonly name: 'kafka' | 'redis' | 'registry'
  /** What clients connect to. */
  readonly address: string
  /** Starts it and resolves once it does its work. */
  start(): Promise<void>
  stop(): Promise<void>
  /** As a crash, without a goodbye. */
  kill(): Promise<void>
}

export interface Ports {
  kafka: number
  kafkaController: number
  redis: number
  registry: number
}

export interface MakeOptions {
  /** Data of the servers, kept between runs. */
  dataDir: string
  logDir: string
  ports: Ports
}

/** A way to run the set. */
export interface Maker {
  readonly kind: 'docker' | 'java'
  /** Why this one was taken, as a sentence's end. */
  readonly why: string
  make(options: MakeOptions): Promise<Record<Server['name'], Server>>
}
