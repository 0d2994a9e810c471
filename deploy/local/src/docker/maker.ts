import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer, Wait } from 'testcontainers'
import { answersMetadata } from '../java/kafka.ts'
import { pings } from '../java/redis.ts'
import type { MakeOptions, Maker, Server } from '../server.ts'

/** Images, the same as docker-compose.yml names. */
const IMAGES = {
  kafka: 'apache/kafka:4.3.0',
  redis: 'redis:7-alpine',
  registry: 'apicurio/apicurio-registry:3.0.9',
}

/** ms from SIGTERM to SIGKILL, as the guard of a jar gives. */
const STOP_WITHIN = 10_000

/** Runs the servers as containers on the engine that answers. */
export function dockerMaker(why: string): Maker {
  return {
    kind: 'docker',
    why,
    async make(o) {
      return { kafka: kafka(o), redis: redis(o), registry: registry(o) }
    },
  }
}

function kafka(o: MakeOptions): Server {
  const { kafka: port, kafkaController: controller } = o.ports
  const container = new GenericContainer(IMAGES.kafka)
    // The same port inside: the broker reaches itself at the address it tells clients, for transaction markers too.
    .withExposedPorts({ container: port, host: port })
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: `1@localhost:${controller}`,
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENERS: `PLAINTEXT://:${port},CONTROLLER://:${controller}`,
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '8',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: '8',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '1000',
    })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
  return contained('kafka', `127.0.0.1:${port}`, container, () => answersMetadata(port))
}

function redis(o: MakeOptions): Server {
  const { redis: port } = o.ports
  const container = new GenericContainer(IMAGES.redis)
    .withExposedPorts({ container: 6379, host: port })
    .withCommand(['redis-server', '--appendonly', 'yes', '--save', '', '--maxmemory-policy', 'noeviction'])
  return contained('redis', `redis://127.0.0.1:${port}`, container, () => pings(port))
}

function registry(o: MakeOptions): Server {
  const { registry: port } = o.ports
  // In memory: a test run's schemas need not outlive it, and the registry then waits for nobody.
  const container = new GenericContainer(IMAGES.registry)
    .withExposedPorts({ container: 8080, host: port })
    .withWaitStrategy(Wait.forHttp('/apis/ccompat/v7/subjects', 8080))
  const address = `http://127.0.0.1:${port}/apis/ccompat/v7`
  return contained('registry', address, container, async () => (await fetch(`${address}/subjects`)).ok)
}

function contained(
  name: Server['name'],
  address: string,
  container: GenericContainer,
  ready: () => Promise<boolean>,
): Server {
  let running: StartedTestContainer | undefined
  return {
    name,
    address,
    async start() {
      if (running) await running.restart()
      else running = await container.withStartupTimeout(120_000).start()
      while (!(await ready().catch(() => false))) await new Promise(resolve => setTimeout(resolve, 50))
    },
    // Its own stop works once only, and without a goodbye; ours keeps the container, so that the next start finds the data.
    async stop() {
      if (!running) return
      const { client, container } = await byId(running)
      await client.stop(container, { timeout: STOP_WITHIN })
    },
    async kill() {
      if (running) await (await byId(running)).container.kill()
    },
    async remove() {
      if (!running) return
      const { client, container } = await byId(running)
      running = undefined
      await client.remove(container, { removeVolumes: true })
    },
  }
}

async function byId(running: StartedTestContainer) {
  const client = (await getContainerRuntimeClient()).container
  return { client, container: client.getById(running.getId()) }
}
