import { CheckedTransport } from './checkedTransport.ts'
import type { NewRecord } from './sink.ts'

const RECORD: NewRecord = { topic: 'activity', key: 'k', value: Buffer.from('v') }

/** A transport whose checks end as the test says. */
function opened() {
  const said: string[] = []
  const checks: { pass(): void; fail(): void }[] = []
  const inner = {
    send: async (records: readonly NewRecord[]) => void said.push(`sent ${records.length}`),
    renew: async () => void said.push('renewed'),
  }
  const check = () =>
    new Promise<void>((pass, fail) => checks.push({ pass, fail: () => fail(new Error('away')) }))
  return { transport: new CheckedTransport(inner, check), said, checks }
}

test('nothing is sent and nothing renewed before the check has passed; then it is asked no more', async () => {
  const { transport, said, checks } = opened()
  await expect(transport.send([RECORD])).rejects.toThrow('has answered yet')
  const first = transport.renew()
  checks[0]?.fail()
  await expect(first).rejects.toThrow('away')
  expect(said).toEqual([])
  const second = transport.renew()
  checks[1]?.pass()
  await second
  await transport.send([RECORD])
  await transport.renew()
  expect([said, checks.length]).toEqual([['renewed', 'sent 1', 'renewed'], 2])
})

test('who renews while it is being checked waits for that check', async () => {
  const { transport, said, checks } = opened()
  const both = [transport.renew(), transport.renew()]
  expect(checks.length).toBe(1)
  checks[0]?.pass()
  await Promise.all(both)
  expect(said).toEqual(['renewed', 'renewed'])
})
