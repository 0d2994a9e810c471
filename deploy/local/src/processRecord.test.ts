import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { claim, currentRun } from './claim.ts'
import { endLeftovers } from './leftovers.ts'
import { birthOf, readRecord, writeRecord } from './processRecord.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hotlead-record-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a record names its process only while that very process runs', async () => {
  const file = join(folder, 'x.json')
  const child = spawn('sleep', ['60'])
  writeRecord(file, child.pid as number)
  expect(readRecord(file)?.pid).toBe(child.pid)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(readRecord(file)).toBeUndefined()
  expect(existsSync(file)).toBe(false)
})

test('a number that another process has by now, and a file cut short, are no record', () => {
  const file = join(folder, 'x.json')
  writeFileSync(file, JSON.stringify({ pid: process.pid, birth: 'an earlier boot 1' }))
  expect(readRecord(file)).toBeUndefined()
  writeFileSync(file, '{"pid":')
  expect(readRecord(file)).toBeUndefined()
  expect(birthOf(process.pid)).toBeDefined()
})

test('a data folder has one run; the file that a crash left is taken over', () => {
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ pid: process.pid, birth: 'an earlier boot 1' }))
  const first = claim(folder)
  expect(currentRun(folder)).toMatchObject({ pid: process.pid })
  first.ready(['a line'])
  expect(currentRun(folder)?.ready).toEqual(['a line'])
  first.release()
  expect(currentRun(folder)).toBeUndefined()
})

test('a data folder that another process has is refused with its number', () => {
  const child = spawn('sleep', ['60'])
  try {
    writeRecord(join(folder, 'run.json'), child.pid as number)
    expect(() => claim(folder)).toThrow(`hotlead already runs with the data in ${folder} (pid ${child.pid})`)
  } finally {
    child.kill('SIGKILL')
  }
})

test('an orphan of an earlier start is ended, and said', async () => {
  const child = spawn('sleep', ['60'])
  const ended = once(child, 'exit')
  writeRecord(join(folder, 'pids', 'kafka.json'), child.pid as number)
  const said: string[] = []
  await endLeftovers(folder, line => said.push(line))
  expect(said).toEqual([`kafka (pid ${child.pid}) of an earlier start still runs; waiting for it to end`])
  // The system has it ended before this process hears of it.
  expect(await ended).toEqual([null, 'SIGTERM'])
})
