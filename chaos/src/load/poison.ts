import { random } from '@hotlead/bench/random'
import { topicNames } from '@hotlead/contracts'
import { kafkaClient } from '@hotlead/kafka'

/** Records that no scorer can read, as something else that writes to `activity` by mistake would leave there. */
export function poison(kafka: string, topicPrefix: string, seed: number) {
  const producer = kafkaClient({ brokers: [kafka], clientId: 'chaos-poison' }).producer()
  const next = random(seed >>> 0)
  const whole = (below: number) => Math.floor(next() * below)
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => whole(256)))
  let connected: Promise<void> | undefined

  function value(): Buffer {
    switch (whole(4)) {
      case 0:
        return Buffer.from('{"type":"page","anonymousId":"not Avro"}')
      case 1:
        // A schema that the registry has never heard of: the scorer has to ask.
        return Buffer.concat([Buffer.from([0, 0, 1, whole(256), whole(256)]), bytes(20)])
      case 2:
        // The header of a real one, and nothing sound behind it.
        return Buffer.concat([Buffer.from([0, 0, 0, 0, 1 + whole(8)]), bytes(1 + whole(40))])
      default:
        return bytes(1 + whole(200))
    }
  }

  return {
    /** Under the key of somebody who is active. @returns whether Kafka took it */
    async send(): Promise<boolean> {
      const message = { key: `demo/v:visitor-${whole(300)}`, value: value() }
      try {
        connected ??= producer.connect()
        await connected
        await producer.send({ topic: topicNames(topicPrefix).activity, acks: -1, messages: [message] })
        return true
      } catch {
        connected = undefined
        return false
      }
    },
    close: () => producer.disconnect().catch(() => {}),
  }
}
