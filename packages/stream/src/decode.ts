import type { LogRecord, NewRecord } from '@hotlead/kafka'
import type { Input, KeyState, Millis } from './processor.ts'
import type { Topology } from './wire.ts'

/** A source record that cannot be read, and what becomes of it. */
export interface Dead {
  offset: number
  timestamp: Millis
  record: NewRecord
}

export interface Decoded<In> {
  inputs: Input<In>[]
  dead: Dead[]
}

/** Characters of the sentence that says why. */
const MAX_DETAIL = 2_000

/**
 * Source records as the processor takes them, and those that nobody can read as dead letters, which say where they
 * come from, which step refused them, and why.
 * @throws what `recover` throws: an outage is no poison
 */
export async function decode<State extends KeyState, In, Own>(
  { source, wire }: Topology<State, In, Own>,
  { processor, partition }: { processor: string; partition: number },
  records: readonly LogRecord[],
): Promise<Decoded<In>> {
  const decoded: Decoded<In> = { inputs: [], dead: [] }
  for (const r of records) {
    if (r.value === null) continue
    const { key, offset, timestamp, value } = r
    try {
      decoded.inputs.push({ key, offset, timestamp, value: wire.decode(value) })
    } catch (error) {
      if (await wire.recover?.(error))
        decoded.inputs.push({ key, offset, timestamp, value: wire.decode(value) })
      else decoded.dead.push({ offset, timestamp, record: deadLetter(r, error) })
    }
  }
  return decoded

  function deadLetter(r: LogRecord, error: unknown): NewRecord {
    return {
      key: r.key,
      ...(r.keyBytes === undefined ? {} : { keyBytes: r.keyBytes }),
      value: r.value,
      headers: {
        ...r.headers,
        'dlq-reason': reasonOf(error),
        'dlq-detail': (error as Error).message.slice(0, MAX_DETAIL),
        'dlq-step': `${processor}.decode`,
        'dlq-timestamp': new Date(r.timestamp).toISOString(),
        'dlq-topic': source,
        'dlq-partition': String(partition),
        'dlq-offset': String(r.offset),
      },
    }
  }
}

/** One word to count and choose by: our own errors have one as their code (`undecodable`, `unknown_model`). */
function reasonOf(error: unknown): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^[a-z_]{1,40}$/.test(code) ? code : 'undecodable'
}
