import { KafkaTransport } from './kafkaTransport.ts'

/** Producers that connect when the test says so. */
function kafka() {
  const made: { connected(): void; open: boolean }[] = []
  const producer = () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const own = { connected: resolve, open: true }
    made.push(own)
    return {
      connect: () => promise,
      async disconnect() {
        own.open = false
      },
      sendBatch: async () => {},
    }
  }
  return { made, transport: new KafkaTransport({ producer } as never, 1) }
}

test.each([
  ['first', [0, 1]],
  ['last', [1, 0]],
])(
  'a renewal that was given up leaves no connection behind, also where it connects %s',
  async (_name, order) => {
    const { made, transport } = kafka()
    const renewals = [transport.renew(), transport.renew()]
    for (const i of order) {
      made[i]?.connected()
      await renewals[i]
    }
    expect(made.map(p => p.open)).toEqual([false, true])
    await transport.send([])
    await transport.close()
    expect(made.map(p => p.open)).toEqual([false, false])
  },
)
