import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '@hotlead/testkit'
import type { NewRecord } from '../sink.ts'
import { frame } from './frames.ts'
import { SpoolWriter } from './spoolWriter.ts'
import { TakenSpools } from './takenSpools.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hotlead-taken-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** A folder with one record, as its process left it. */
async function left(name: string): Promise<string> {
  const dir = join(root, name)
  mkdirSync(dir)
  const writer = new SpoolWriter({ dir, holds: async () => true, stalled() {} })
  await writer.append([frame(rec(name))])
  await writer.close()
  return dir
}
const rec = (key: string): NewRecord => ({ topic: 't', key, value: Buffer.alloc(100) })
const BYTES = frame(rec('one')).length

function taken(isAway = () => false) {
  const sent: string[] = []
  const failures: Error[] = []
  const spools = new TakenSpools({
    async send(records) {
      if (isAway()) return 'unavailable'
      sent.push(...records.map(r => r.key))
      return 'acked'
    },
    again: { first: 50, max: 100 },
    observe: { sent() {}, failed: error => failures.push(error), unreadable() {} },
  })
  return { spools, sent, failures }
}

test('one that the disk does not give back keeps nobody waiting, and is tried again until it does', async () => {
  const { spools, sent, failures } = taken()
  const [one, two] = [await left('one'), await left('two')]
  // As good as an EIO: it can be opened by nobody.
  mkdirSync(join(one, 'sent'))
  for (const dir of [one, two]) await spools.add(dir)
  await spools.sent()
  expect([sent, existsSync(two)]).toEqual([['two'], false])
  expect(failures[0]?.message).toMatch(/one cannot be sent, and is tried again in 0.05 s: EISDIR/)
  await until(
    () => failures.length,
    n => n >= 3,
  )
  rmdirSync(join(one, 'sent'))
  await until(
    () => readdirSync(root),
    names => names.length === 0,
  )
  expect(sent).toEqual(['two', 'one'])
  await spools.close()
})

test('one that somebody removed meanwhile, or took over, is not looked for again', async () => {
  const { spools, failures } = taken()
  const one = await left('one')
  rmSync(one, { recursive: true })
  await spools.add(one)
  await spools.sent()
  await new Promise(resolve => setTimeout(resolve, 200))
  expect([failures, spools.busy]).toEqual([[], false])
  await spools.close()
})

test('closed while one waits for its next try: it stays on the disk', async () => {
  const { spools, sent } = taken()
  const one = await left('one')
  mkdirSync(join(one, 'sent'))
  await spools.add(one)
  await spools.sent()
  await spools.close()
  rmdirSync(join(one, 'sent'))
  await new Promise(resolve => setTimeout(resolve, 200))
  expect([sent, existsSync(one)]).toEqual([[], true])
})

test('all that is not sent is counted, of those that wait for their turn or their next try too', async () => {
  let isAway = true
  const { spools } = taken(() => isAway)
  const dirs = [await left('one'), await left('two'), await left('six')]
  for (const dir of dirs) await spools.add(dir)
  expect(spools.bytes).toBe(3 * BYTES)
  rmSync(join(dirs[2] as string, 'sent'))
  mkdirSync(join(dirs[2] as string, 'sent'))
  isAway = false
  await spools.sent()
  expect(spools.bytes).toBe(BYTES)
  rmdirSync(join(dirs[2] as string, 'sent'))
  await until(
    () => spools.bytes,
    bytes => bytes === 0,
  )
  await spools.close()
})
