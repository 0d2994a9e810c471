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

/** The coordinator forgets a group's only member, as it does with one that slept through its session. */
async function forget(groupId: string): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  const [group] = (await admin.describeGroups([groupId])).groups
  const memberId = group?.members[0]?.memberId as string
  await admin.disconnect()
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
