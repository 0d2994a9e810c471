import type { ConsumerConfig, Kafka } from 'kafkajs'
import { Membership } from './membership.ts'

/** kafkajs as it is when replies are lost: nothing of it ever settles. Brokers that do this cannot be ordered. */
class StuckConsumer {
  readonly events = { GROUP_JOIN: 'join', HEARTBEAT: 'beat', CRASH: 'crash' }
  readonly #listeners = new Map<string, (event: object) => void>()
  readonly answers: boolean
  readonly config: ConsumerConfig
  disconnected = false
  ran = false
  connected: Promise<void> = Promise.resolve()

  constructor(answers: boolean, config: ConsumerConfig) {
    this.answers = answers
    this.config = config
  }

  on(event: string, listener: (event: object) => void): void {
    this.#listeners.set(event, listener)
  }
  emit(event: string, payload: object): void {
    this.#listeners.get(event)?.({ payload })
  }
  pause(): void {}
  connect(): Promise<void> {
    return this.connected
  }
  async subscribe(): Promise<void> {}
  run(): Promise<void> {
    this.ran = true
    return this.answers ? Promise.resolve() : new Promise(() => {})
  }
  disconnect(): Promise<void> {
    this.disconnected = true
    return new Promise(() => {})
  }
  commitOffsets(): Promise<void> {
    return new Promise(() => {})
  }
}

const SESSION = 10_000

/** A kafkajs whose nth consumer joins or not. */
function kafka(answers: (n: number) => boolean, connected?: (n: number) => Promise<void>) {
  const made: StuckConsumer[] = []
  const client = {
    consumer(config: ConsumerConfig) {
      const consumer = new StuckConsumer(answers(made.length), config)
      if (connected) consumer.connected = connected(made.length)
      made.push(consumer)
      return consumer
    },
  } as unknown as Kafka
  return { client, made }
}

function join(client: Kafka, assigned: number[][] = []): Promise<Membership> {
  return Membership.join({
    kafka: client,
    groupId: 'g',
    topic: 't',
    sessionTimeout: SESSION,
    log: { info() {}, warn() {}, error() {}, debug() {} },
    onAssigned: partitions => assigned.push(partitions),
    onLost() {},
  })
}

beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(() => {
  jest.useRealTimers()
})

test('a member without a heartbeat is made anew, also where the one in its place is stuck too', async () => {
  const { client, made } = kafka(n => n === 0 || n === 3)
  const assigned: number[][] = []
  const membership = await join(client, assigned)
  await jest.advanceTimersByTimeAsync(4 * SESSION)
  expect(made.length).toBe(2)
  await jest.advanceTimersByTimeAsync(7 * SESSION)
  expect(made.length).toBe(4)
  const at = membership.confirmedAt
  made[3]?.emit('join', { memberAssignment: { t: [1, 2] } })
  expect(assigned).toEqual([[1, 2]])
  expect(membership.confirmedAt).toBeGreaterThan(at)
  // One that was given up and joins after all takes nothing.
  made[1]?.emit('join', { memberAssignment: { t: [3] } })
  expect(assigned).toEqual([[1, 2]])
  expect(made[1]?.disconnected).toBe(true)
  const left = membership.leave()
  await jest.advanceTimersByTimeAsync(6_000)
  await left
})

test('one that was given up does not begin anew after a crash', async () => {
  const { client, made } = kafka(() => true)
  const membership = await join(client)
  const restarts = (n: number) => made[n]?.config.retry?.restartOnFailure?.(new Error('crashed'))
  expect(await restarts(0)).toBe(true)
  await jest.advanceTimersByTimeAsync(4 * SESSION)
  expect([await restarts(0), await restarts(1)]).toEqual([false, true])
  const left = membership.leave()
  await jest.advanceTimersByTimeAsync(6_000)
  await left
  expect(await restarts(1)).toBe(false)
})

test('one that was given up before it had a connection does not join once it has one', async () => {
  let connects = () => {}
  const { client, made } = kafka(
    () => true,
    n => (n === 1 ? new Promise(resolve => (connects = resolve)) : Promise.resolve()),
  )
  const membership = await join(client)
  await jest.advanceTimersByTimeAsync(7 * SESSION)
  expect(made.map(m => m.ran)).toEqual([true, false, true])
  connects()
  await jest.advanceTimersByTimeAsync(1_000)
  expect(made[1]?.ran).toBe(false)
  const left = membership.leave()
  await jest.advanceTimersByTimeAsync(6_000)
  await left
})

test('one that hears its coordinator is left alone', async () => {
  const { client, made } = kafka(() => true)
  const membership = await join(client)
  for (let i = 0; i < 20; i++) {
    await jest.advanceTimersByTimeAsync(SESSION / 2)
    made[0]?.emit('beat', {})
  }
  expect(made.length).toBe(1)
  const left = membership.leave()
  await jest.advanceTimersByTimeAsync(6_000)
  await left
})

test('a first join, an offset commit and a goodbye that are never answered end all the same', async () => {
  const never = expect(join(kafka(() => false).client)).rejects.toThrow('no answer within')
  await jest.advanceTimersByTimeAsync(60_000)
  await never
  const membership = await join(kafka(() => true).client)
  const said = expect(membership.commit('t', new Map([[0, 1]]))).rejects.toThrow('no answer within')
  const left = membership.leave()
  await jest.advanceTimersByTimeAsync(6_000)
  await Promise.all([said, left])
})
