import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Guarded } from '../guarded.ts'
import { pidsOf } from '../leftovers.ts'
import type { MakeOptions, Server } from '../server.ts'

/** One KRaft node that is broker and controller. */
export function javaKafka(o: MakeOptions, jarsDir: string): Server {
  const data = join(o.dataDir, 'kafka')
  const file = join(data, 'server.properties')
  const classpath = join(jarsDir, 'kafka', '*')
  let running: Guarded | undefined
  let ended = false
  return {
    name: 'kafka',
    address: `127.0.0.1:${o.ports.kafka}`,
    async start() {
      ended = false
      mkdirSync(data, { recursive: true })
      writeFileSync(file, properties(o, data))
      if (!existsSync(join(data, 'logs', 'meta.properties'))) await format(classpath, file)
      if (ended) throw new Error('Kafka was stopped before it had started')
      running = new Guarded({
        name: 'Kafka',
        command: 'java',
        args: [
          '-Xmx512m',
          '-XX:+UseSerialGC',
          // Compiled in one step Kafka is there after 4.7 s of CPU instead of 7.9.
          `-XX:TieredStopAtLevel=${o.isBrief ? 1 : 4}`,
          '-cp',
          classpath,
          'kafka.Kafka',
          file,
        ],
        logFile: join(o.logDir, 'kafka.log'),
        pidFile: join(pidsOf(o.dataDir), 'kafka.json'),
      })
      await running.until(() => answersMetadata(o.ports.kafka), 60_000)
    },
    async stop() {
      ended = true
      await running?.stop()
    },
    async kill() {
      ended = true
      await running?.kill()
    },
    process: () => running,
  }
}

/** 128 random bits as Kafka writes them; none that begins with a dash, which its tool takes for an option (1 in 64). */
export function clusterId(random: () => Buffer = () => randomBytes(16)): string {
  for (;;) {
    const id = random().toString('base64url')
    if (!id.startsWith('-')) return id
  }
}

/** Of a program that ends in a second: half its CPU is compiling what it never runs again. */
const QUICK = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']

/** Takes seconds, in which Ctrl-C must be heard: so not by spawnSync. */
function format(classpath: string, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      'java',
      [
        ...QUICK,
        '-cp',
        classpath,
        'kafka.tools.StorageTool',
        'format',
        '--standalone',
        '-t',
        clusterId(),
        '-c',
        file,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    const end = () => child.kill()
    process.once('exit', end)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += chunk))
    child.on('error', reject)
    child.on('close', code => {
      process.off('exit', end)
      if (code === 0) resolve()
      else reject(new Error(`Kafka’s storage could not be formatted: ${output.trim()}`))
    })
  })
}

function properties({ ports, kafkaBehindProxy: proxied }: MakeOptions, data: string): string {
  const more = (listener: string) => (proxied ? `,${listener}` : '')
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    listeners: `PLAINTEXT://127.0.0.1:${ports.kafka},CONTROLLER://127.0.0.1:${ports.kafkaController}${more(`PROXIED://127.0.0.1:${proxied?.port}`)}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.kafka}${more(`PROXIED://127.0.0.1:${proxied?.advertised}`)}`,
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${ports.kafkaController}`,
    'listener.security.protocol.map': `CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT${more('PROXIED:PLAINTEXT')}`,
    'log.dirs': join(data, 'logs'),
    'auto.create.topics.enable': false,
    'default.replication.factor': 1,
    'offsets.topic.replication.factor': 1,
    // Few partitions for the broker's own topics: 50 of each would take seconds and 300 files on one node.
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 8,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // Tests take over from dead instances: 6 s of waiting each, by the broker's default.
    'group.min.session.timeout.ms': 1_000,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

/** A metadata request (v0, all topics) that is answered: the listener alone is up long before the broker serves. */
export function answersMetadata(port: number): Promise<boolean> {
  const request = Buffer.from([0, 0, 0, 16, 0, 3, 0, 0, 0, 0, 0, 7, 0, 2, 0x68, 0x6c, 0, 0, 0, 0])
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 })
    const done = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.on('connect', () => socket.write(request))
    // Length, correlation id, then the number of brokers: one once it is registered.
    socket.on('data', data => done(data.length >= 12 && data.readInt32BE(4) === 7 && data.readInt32BE(8) > 0))
    socket
      .on('error', () => done(false))
      .on('timeout', () => done(false))
      .on('close', () => done(false))
  })
}
