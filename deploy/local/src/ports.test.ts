import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { anyPorts, checkPorts, defaultPorts, isFree, portFrom } from './ports.ts'
import { commandOf } from './processRecord.ts'

async function listening(port: number): Promise<Server> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  return server
}

test('ports are the documented ones, each set by its variable, the controller beside Kafka', () => {
  expect(defaultPorts({})).toEqual({ kafka: 19092, kafkaController: 19093, redis: 16379, registry: 18081 })
  expect(defaultPorts({ HOTLEAD_KAFKA_PORT: '2000', HOTLEAD_REDIS_PORT: '' })).toEqual({
    kafka: 2000,
    kafkaController: 2001,
    redis: 16379,
    registry: 18081,
  })
})

test.each(['abc', '0', '65536', '-1', '80.5'])('“%s” is no port', value => {
  expect(() => portFrom({ HOTLEAD_REDIS_PORT: value }, 'HOTLEAD_REDIS_PORT', 1)).toThrow(
    `HOTLEAD_REDIS_PORT is “${value}” and must be a port from 1 to 65535`,
  )
})

test('free ports differ and are free', async () => {
  const ports = await anyPorts(7)
  expect(new Set(ports).size).toBe(7)
  expect(await Promise.all(ports.map(isFree))).toEqual(Array(7).fill(true))
})

test('a taken port is named with its holder and the variable; every one at once', async () => {
  const [a, b, c] = (await anyPorts(3)) as [number, number, number]
  const servers = [await listening(a), await listening(b)]
  try {
    const wanted = [a, b, c].map((port, i) => ({ port, variable: `V${i}`, what: `part ${i}` }))
    const error: Error = await checkPorts(wanted).then(
      () => new Error('nothing was taken'),
      e => e,
    )
    // The name is that of the main thread, which differs between Node versions.
    const sentences = error.message.replace(/taken by .+ \(pid/g, 'taken by X (pid').split('\n')
    expect(sentences).toEqual([
      `port ${a} (part 0) is taken by X (pid ${process.pid}): stop it, or set V0 to another port`,
      `port ${b} (part 1) is taken by X (pid ${process.pid}): stop it, or set V1 to another port`,
    ])
  } finally {
    await Promise.all(servers.map(s => new Promise(resolve => s.close(resolve))))
  }
})

test('a process is called by its program and its script, without its other arguments', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hotlead-command-'))
  const script = join(folder, 'one/two/three/main.cjs')
  mkdirSync(dirname(script), { recursive: true })
  writeFileSync(script, 'setInterval(() => {}, 1000); console.log("up")')
  const child = spawn(process.execPath, ['--no-warnings', script, '--password=geheim'])
  try {
    await once(child.stdout, 'data')
    expect(commandOf(child.pid as number)).toBe('node …/one/two/three/main.cjs')
  } finally {
    child.kill()
    rmSync(folder, { recursive: true })
  }
})
