import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkConfiguration, checkPartitions } from './configuration.ts'
import { type Environment, readSettings } from './settings.ts'

function problems(env: Environment): unknown {
  try {
    checkConfiguration(readSettings(env), env)
    return []
  } catch (error) {
    expect(error).toMatchObject({ exitCode: 78 })
    return (error as { problems: unknown }).problems
  }
}

test('what the services would refuse is refused before anything starts, each once', () => {
  expect(problems({})).toEqual([])
  expect(problems({ HOTLEAD_SECRET: 'short', HOTLEAD_PARTITIONS: 'many' })).toEqual([
    'HOTLEAD_PARTITIONS is "many" and must be a whole number from 1 to 10000',
    'HOTLEAD_SECRET is a value of 5 characters and must be at least 16 characters that are not the demo secret in production (`openssl rand -base64 32`)',
  ])
  expect(problems({ HOTLEAD_SOURCES: '/nope' })).toEqual([
    expect.stringMatching(/^HOTLEAD_SOURCES: \/nope cannot be read: ENOENT/),
  ])
})

test('two of our own on one port are named, and a port that is none', () => {
  expect(problems({ HOTLEAD_INGESTOR_PORT: '16379' })).toEqual([
    'HOTLEAD_REDIS_PORT (Redis) and HOTLEAD_INGESTOR_PORT (the ingestor) are both 16379: set one of them to another port',
  ])
  expect(() => readSettings({ HOTLEAD_REDIS_PORT: 'x' })).toThrow(expect.objectContaining({ exitCode: 78 }))
})

test('data with another number of partitions is refused', () => {
  const data = mkdtempSync(join(tmpdir(), 'hotlead-partitions-'))
  try {
    const logs = join(data, 'kafka', 'logs')
    expect(() => checkPartitions(logs, { HOTLEAD_PARTITIONS: '3' })).not.toThrow()
    for (const folder of ['activity-0', 'activity-1', 'activity-x', 'other-activity-2', 'scores-0'])
      mkdirSync(join(logs, folder), { recursive: true })
    expect(() => checkPartitions(logs, { HOTLEAD_PARTITIONS: '2' })).not.toThrow()
    expect(() => checkPartitions(logs, { HOTLEAD_PARTITIONS: '3' })).toThrow(
      `HOTLEAD_PARTITIONS is 3 and the data in ${data} has 2: set HOTLEAD_PARTITIONS=2, or HOTLEAD_DATA to another folder`,
    )
  } finally {
    rmSync(data, { recursive: true })
  }
})
