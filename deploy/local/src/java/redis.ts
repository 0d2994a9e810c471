import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Guarded } from '../guarded.ts'
import { pidsOf } from '../leftovers.ts'
import type { MakeOptions, Server } from '../server.ts'

/** Redis from the PATH, else the binary inside the embedded-redis jar; append-only file, nothing ever evicted. */
export function binaryRedis(o: MakeOptions, jarsDir: string): Server {
  const data = join(o.dataDir, 'redis')
  let running: Guarded | undefined
  return {
    name: 'redis',
    address: `redis://127.0.0.1:${o.ports.redis}`,
    async start() {
      mkdirSync(data, { recursive: true })
      const settings = {
        port: o.ports.redis,
        bind: '127.0.0.1',
        dir: data,
        appendonly: 'yes',
        save: '',
        'maxmemory-policy': 'noeviction',
      }
      running = new Guarded({
        name: 'Redis',
        command: redisBinary(jarsDir),
        args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
        logFile: join(o.logDir, 'redis.log'),
        pidFile: join(pidsOf(o.dataDir), 'redis.json'),
      })
      await running.until(() => pings(o.ports.redis), 30_000)
    },
    async stop() {
      await running?.stop()
    },
    async kill() {
      await running?.kill()
    },
    process: () => running,
  }
}

export function redisBinary(jarsDir: string): string {
  if (spawnSync('redis-server', ['--version']).status === 0) return 'redis-server'
  const folder = join(jarsDir, 'redis')
  const os = process.platform === 'darwin' ? 'darwin' : 'linux'
  const cpu = process.arch === 'arm64' ? 'arm64' : 'amd64'
  const file = existsSync(folder)
    ? readdirSync(folder).find(f => f.includes(os) && f.endsWith(cpu))
    : undefined
  if (!file)
    throw new Error(
      `there is no redis-server on the PATH, and no binary for ${os} ${cpu} in the jars: install Redis 6.2 or newer`,
    )
  const path = join(folder, file)
  chmodSync(path, 0o755)
  return path
}

export function pings(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 })
    const done = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.on('connect', () => socket.write('PING\r\n'))
    // While the append-only file is loaded the answer is -LOADING.
    socket.on('data', data => done(data.toString().startsWith('+PONG')))
    socket
      .on('error', () => done(false))
      .on('timeout', () => done(false))
      .on('close', () => done(false))
  })
}
