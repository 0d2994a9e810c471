export interface NewRecord {
  topic: string
  key: string
  value: Buffer
  headers?: Record<string, string>
}

/** What became of records: all in the log, or safe on the disk on their way there; not even queued; or not known to be in the log. */
export type Sent = 'acked' | 'overloaded' | 'unavailable'

export interface Sink {
  /** Resolves once every record is acknowledged by all in-sync replicas, or fsynced, or refused. Never rejects. */
  submit(records: NewRecord[]): Promise<Sent>
  /** Why events cannot be taken at present. */
  unhealthy(): string | undefined
  /** Bytes waiting for an ack. */
  readonly bytes: number
}

/** A sink that its owner ends: it takes nothing new, and resolves once everything taken is settled. */
export interface ClosingSink extends Sink {
  /** Bytes on the disk on their way to the log, where it has a disk. */
  readonly spoolBytes?: number
  close(): Promise<void>
}

/** Carries records to the log: one call at a time, in order. */
export interface Transport {
  /** @throws where it is not known that all records are in the log */
  send(records: readonly NewRecord[]): Promise<void>
  /** Called after a failed send, until it succeeds: whatever the old connection still holds back must not be waited for. */
  renew(): Promise<void>
}

/** What a record costs in memory and on the wire beside its key and value. */
const OVERHEAD = 100

/** What one header costs beside its name and value. */
const HEADER_OVERHEAD = 16

/** Of a header's text: at most three bytes a character, and nearly always one. Asked once or twice a record. */
export function sizeOf({ key, value, headers }: NewRecord): number {
  let size = key.length + value.length + OVERHEAD
  if (headers)
    for (const name in headers)
      size += name.length + Buffer.byteLength(headers[name] as string) + HEADER_OVERHEAD
  return size
}
