import {
  BATCH,
  flag,
  heed,
  type Identified,
  identify,
  isTime,
  millis,
  type Outcome,
  PRIVACY,
  redact,
  type Source as Sender,
  skew,
  validate,
  withoutText,
} from '@hotlead/beacon'

/** What a line says, or why it says nothing. */
export type FileEvent =
  | {
      /** When it came: the time that it names. ms since 1970 */
      at: number
      /** As the line has it. */
      event: Record<string, unknown>
      /** As the edge takes it. */
      identified: Identified
    }
  | { problem: string }

/** The step after, where there is one. */
function then<A, B>(outcome: Outcome<A>, step: (value: A) => Outcome<B>): Outcome<B> {
  return outcome.kind === 'ok' ? step(outcome.value) : outcome
}

/**
 * An event of a file, one JSON object a line, by the edge's own steps, as if it had come by a secret key at the time that it
 * names: `receivedAt`, else `sentAt`, else `timestamp`. When it happened is worked out as the edge does.
 */
export function fileEvents(workspace: string, secret: string): (text: string) => FileEvent {
  const sender: Sender = {
    workspace,
    name: 'file',
    secret: true,
    origins: new Set(),
    names: new Map(),
    key: '',
    limits: { key: undefined, workspace: undefined },
    privacy: PRIVACY,
  }
  const [check, clean, time, mark, consent, name] = [
    validate(),
    redact(),
    skew(),
    flag(),
    heed(),
    identify(secret),
  ]
  return text => {
    let event: Record<string, unknown>
    try {
      event = JSON.parse(text)
    } catch (error) {
      return { problem: `must be JSON (${withoutText((error as Error).message)})` }
    }
    const came = [event?.receivedAt, event?.sentAt, event?.timestamp, event?.originalTimestamp].find(isTime)
    if (came === undefined) return { problem: 'timestamp: must be an ISO 8601 time or ms since 1970' }
    const at = millis(came)
    const admitted = {
      beacon: {
        format: BATCH,
        key: undefined,
        origin: undefined,
        userAgent: undefined,
        address: '',
        encoding: undefined,
        body: Buffer.alloc(0),
        receivedAt: at,
      },
      source: sender,
      events: [event],
      shared: { sentAt: undefined, context: undefined },
      label: () => '',
      bytesOf: () => Buffer.alloc(0),
    }
    const said = then(then(then(then(then(check({ admitted, index: 0 }), clean), time), mark), consent), name)
    return said.kind === 'ok' ? { at, event, identified: said.value } : { problem: said.problems.join('; ') }
  }
}
