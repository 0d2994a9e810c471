import { Gauge, type Registry } from '@hotlead/service'

/** How keys and quotas stand. */
export interface Standing {
  keys: number
  /** Seconds since the keys were last found to be those of their store. */
  behind: number
  /** Redis does not answer, and quotas are this process's own. */
  isLocal: boolean
}

export function admissionMetrics(registry: Registry, standing: () => Standing | undefined): void {
  const registers = [registry]
  new Gauge({
    name: 'hotlead_ingest_keys',
    help: 'Keys that are known; 0 with the demo workspace',
    registers,
    collect() {
      this.set(standing()?.keys ?? 0)
    },
  })
  new Gauge({
    name: 'hotlead_ingest_sources_behind_seconds',
    help: 'Seconds since the known keys were last found to be those of HOTLEAD_SOURCES. Above a few its file is broken or Redis away: keys go on working, and what is created or revoked does not count',
    registers,
    collect() {
      this.set(standing()?.behind ?? 0)
    },
  })
  new Gauge({
    name: 'hotlead_ingest_quotas_local',
    help: '1 while Redis does not answer and quotas are each ingestor’s own: N of them allow up to N times as much',
    registers,
    collect() {
      this.set(standing()?.isLocal ? 1 : 0)
    },
  })
}
