import type { Guarded } from './guarded.ts'

/** One running thing of the local set, a server or a service of ours. */
export interface Part {
  readonly name: string
  /** What clients connect to. */
  readonly address: string
  /** Starts it and resolves once it does its work. */
  start(): Promise<void>
  stop(): Promise<void>
  /** As a crash, without a goodbye. */
  kill(): Promise<void>
  /** Takes away, once stopped, what only a later start of this same object could use. */
  remove?(): Promise<void>
  /** Its process of this moment, where it is one of ours to watch. */
  process?(): Guarded | undefined
}

/** One real server, however it is run. */
export interface Server extends Part {
  readonly name: 'kafka' | 'redis' | 'registry'
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
  /** A second listener of Kafka on `port`, whose clients are sent to `advertised`: a proxy in front of it. */
  kafkaBehindProxy?: { port: number; advertised: number }
  /** Of a test alone: soon there, and slower from then on. */
  isBrief?: boolean
}

/** A way to run the set. */
export interface Maker {
  readonly kind: 'docker' | 'java'
  /** Why this one was taken, as a sentence's end. */
  readonly why: string
  /** Whether the set's own servers hold its ports already, so that nobody else can. */
  holdsPorts?(): boolean
  make(options: MakeOptions): Promise<Record<Server['name'], Server>>
}
