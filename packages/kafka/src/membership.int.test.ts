import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { ensureTopics, kafkaClient, Membership } from './index.ts'
import { openCluster } from './internals.ts'

const kafka = kafkaClient({
  brokers: [process.env.HOTLEAD_TEST_KAFKA as string],
  clientId: 'membership-test',
})
const ConsumerGroup = createRequire(__filename)('kafkajs/src/consumer/consumerGroup') as {
  prototype: { joinAndSync(): Promise<void> }
}
interface Coordinator {
  leaveGroup(member: { groupId: string; memberId: string }): Promise<void>
}

async function members(groupId: string): Promise<string[]> {
  const admin = kafka.admin()
  await admin.connect()
  const [group] = (await admin.describeGroups([groupId])).groups
  await admin.disconnect()
  return group?.members.map(m => m.memberId) ?? []
}

/** The coordinator forgets a group's only member, as it does with one that slept through its session. */
async function forget(groupId: string): Promise<void> {
  const memberId = (await members(groupId))[0] as string
  const cluster = openCluster(kafka) as ReturnType<typeof openCluster> & {
    findGroupCoordinator(of: { groupId: string }): Promise<Coordinator>
  }
  await cluster.connect()
  await (await cluster.findGroupCoordinator({ groupId })).leaveGroup({ groupId, memberId })
  await cluster.disconnect()
}

test('a member that was forgotten joins again, also where the connection fails at the first try', async () => {
  const topic = { name: `members-${randomUUID()}`, partitions: 2, config: {} }
  await ensureTopics(kafka, [topic], true)
  const groupId = randomUUID()
  const assignments: number[][] = []
  let joined = () => {}
  const next = () => new Promise<void>(resolve => (joined = resolve))
  const first = next()
  const membership = await Membership.join({
    kafka,
    groupId,
    topic: topic.name,
    sessionTimeout: 6_000,
    log: { info() {}, warn() {}, error() {}, debug() {} },
    onAssigned(partitions) {
      assignments.push(partitions)
      joined()
    },
    onLost(error) {
      throw error
    },
  })
  await first
  const { joinAndSync } = ConsumerGroup.prototype
  let failed = false
  ConsumerGroup.prototype.joinAndSync = async () => {
    ConsumerGroup.prototype.joinAndSync = joinAndSync
    failed = true
    throw new Error('the connection was lost')
  }
  const again = next()
  await forget(groupId)
  await again
  expect(failed).toBe(true)
  expect(assignments).toEqual([
    [0, 1],
    [0, 1],
  ])
  const at = membership.confirmedAt
  while (membership.confirmedAt === at) await new Promise(resolve => setTimeout(resolve, 50))
  await membership.leave()
})

test('one that is ended while it joins leaves the group again, and does not go on as a member that nobody can end', async () => {
  const topic = { name: `members-${randomUUID()}`, partitions: 2, config: {} }
  await ensureTopics(kafka, [topic], true)
  const groupId = randomUUID()
  // Longer than this test: only one that says goodbye is gone in time.
  const consumer = kafka.consumer({ groupId, sessionTimeout: 30_000, heartbeatInterval: 500 })
  const joined = new Promise(resolve => consumer.on(consumer.events.GROUP_JOIN, resolve))
  const { joinAndSync } = ConsumerGroup.prototype
  let goOn = () => {}
  const joining = new Promise<void>(resolve => {
    // As where Kafka hangs: the join goes through long after its consumer was given up.
    ConsumerGroup.prototype.joinAndSync = async function (this: typeof ConsumerGroup.prototype) {
      ConsumerGroup.prototype.joinAndSync = joinAndSync
      const held = new Promise<void>(go => (goOn = go))
      resolve()
      await held
      await joinAndSync.call(this)
    }
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic.name] })
  const running = consumer.run({ eachBatch: async () => {} })
  await joining
  await consumer.disconnect()
  goOn()
  await joined
  await running
  expect(await members(groupId)).toEqual([])
})
