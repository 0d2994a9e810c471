import { spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { type FileHandle, open as openFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { frame } from './frames.ts'
import { SILENT, SpoolHome } from './spoolHome.ts'
import { SpoolReader } from './spoolReader.ts'
import { SpoolTakenError, SpoolWriter } from './spoolWriter.ts'

let root: string
const open: SpoolHome[] = []
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hotlead-home-'))
})
afterEach(async () => {
  for (const home of open.splice(0)) await home.release(false)
  rmSync(root, { recursive: true, force: true })
})

async function home(): Promise<SpoolHome> {
  const one = await SpoolHome.open(root)
  open.push(one)
  return one
}
const stalled = () => {}
let failures: string[]
beforeEach(() => {
  failures = []
})
const failed = (error: Error) => void failures.push(error.message)
const silent = (path: string) => {
  const before = (Date.now() - SILENT - 5_000) / 1_000
  utimesSync(path, before, before)
}
const record = (key: string) => frame({ topic: 't', key, value: Buffer.from(key) })

/** A process that has a home with one record in it, and the home's path. */
async function another(): Promise<{ dir: string; end(): Promise<void> }> {
  const at = (file: string) => JSON.stringify(pathToFileURL(join(__dirname, file)).href)
  const code = `
    const { SpoolHome } = await import(${at('spoolHome.ts')})
    const { SpoolWriter } = await import(${at('spoolWriter.ts')})
    const { frame } = await import(${at('frames.ts')})
    const home = await SpoolHome.open(${JSON.stringify(root)})
    const writer = new SpoolWriter({ dir: home.dir, holds: () => home.holds(), stalled() {} })
    await writer.append([frame({ topic: 't', key: 'theirs', value: Buffer.alloc(1) })])
    console.log(home.dir)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>(resolve => child.on('exit', () => resolve()))
  const dir = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', chunk => resolve(String(chunk).trim()))
    child.on('exit', code => reject(new Error(`ended with ${code}`)))
  })
  return {
    dir,
    end() {
      child.kill('SIGKILL')
      return ended
    },
  }
}

async function keysOf(dir: string): Promise<string[]> {
  const reader = await SpoolReader.open(dir, () => {})
  const chunk = await reader.next(99, 1e6)
  await reader.close()
  return (chunk?.records ?? []).map(r => r.key)
}

test('of a process that lives nothing is taken; once it is killed all of it is, by one of two', async () => {
  const [one, two] = [await home(), await home()]
  const other = await another()
  expect([await one.adopt(failed), await two.adopt(failed)]).toEqual([[], []])
  await other.end()
  const taken = (await Promise.all([one.adopt(failed), two.adopt(failed)])).flat()
  expect(taken.length).toBe(1)
  expect(await keysOf(taken[0] as string)).toEqual(['theirs'])
  expect(readdirSync(root).length).toBe(2)
})

test('what somebody had taken over before it died itself is taken too, and comes first', async () => {
  const first = await another()
  await first.end()
  const second = await another()
  const middle = await home()
  const [inner] = await middle.adopt(failed)
  // As if the second had taken it.
  const { renameSync } = await import('node:fs')
  renameSync(inner as string, join(second.dir, 'taken-x'))
  await second.end()
  const taken = await (await home()).adopt(failed)
  expect(await Promise.all(taken.map(keysOf))).toEqual([['theirs'], ['theirs']])
  expect(readdirSync(taken[1] as string)).not.toContain('taken-x')
})

test('released with records it can be taken at once; released empty it is gone', async () => {
  const [leaving, empty, staying] = [await home(), await home(), await home()]
  const writer = new SpoolWriter({ dir: leaving.dir, holds: () => leaving.holds(), stalled })
  await writer.append([record('left')])
  await writer.close()
  await leaving.release(false)
  await empty.release(true)
  const taken = await staying.adopt(failed)
  expect(await Promise.all(taken.map(keysOf))).toEqual([['left']])
})

test('whose it is is on the disk before others see the folder', async () => {
  const handle = await openFile(root, 'r')
  const prototype: FileHandle = Object.getPrototypeOf(handle)
  await handle.close()
  const { sync } = prototype
  const synced: string[] = []
  prototype.sync = function (this: FileHandle) {
    synced.push(basename(readlinkSync(`/proc/self/fd/${this.fd}`)))
    return sync.call(this)
  }
  await home().finally(() => {
    prototype.sync = sync
  })
  expect(synced).toEqual(['owner.json', basename(root)])
})

test('one of another machine is taken once it has been silent for long, and not before', async () => {
  const [far, near] = [await home(), await home()]
  const path = join(far.dir, 'owner.json')
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), machine: 'far away' }))
  expect(await near.adopt(failed)).toEqual([])
  silent(path)
  expect((await near.adopt(failed)).length).toBe(1)
})

test('an owner that was only asleep calls nothing safe that it writes after it was taken over', async () => {
  const [asleep, awake] = [await home(), await home()]
  const writer = new SpoolWriter({ dir: asleep.dir, holds: () => asleep.holds(), stalled })
  await writer.append([record('before')])
  const path = join(asleep.dir, 'owner.json')
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), machine: 'far away' }))
  silent(path)
  const [taken] = await awake.adopt(failed)
  await expect(writer.append([record('after')])).rejects.toBeInstanceOf(SpoolTakenError)
  expect(await keysOf(taken as string)).toEqual(['before'])
  await writer.close()
})

test.each([
  ['no bytes', ''],
  ['half of it', '{"pid":1,"star'],
  ['something else', 'null'],
])(
  'one whose owner.json has %s, as after a power cut, is taken once it has been silent for long',
  async (_what, owner) => {
    const [cut, near] = [await home(), await home()]
    const path = join(cut.dir, 'owner.json')
    writeFileSync(path, owner)
    expect(await near.adopt(failed)).toEqual([])
    silent(path)
    expect([(await near.adopt(failed)).length, failures]).toEqual([1, []])
  },
)

/** As somebody who may not do all: root may rename anything. */
function asUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work()
  process.seteuid?.(65534)
  return work().finally(() => process.seteuid?.(0))
}

test('one that cannot be taken is told of, and keeps nobody from the others', async () => {
  const staying = await home()
  const left = [await home(), await home(), await home()]
  for (const one of left) {
    const writer = new SpoolWriter({ dir: one.dir, holds: () => one.holds(), stalled })
    await writer.append([record('left')])
    await writer.close()
    await one.release(false)
  }
  if (process.getuid?.() === 0)
    for (const dir of [root, staying.dir, join(staying.dir, 'owner.json'), ...left.map(l => l.dir)])
      chownSync(dir, 65534, 65534)
  const middle = join(root, readdirSync(root).filter(name => join(root, name) !== staying.dir)[1] as string)
  // A folder that changes its parent is written to: its own `..`.
  chmodSync(middle, 0o500)
  const taken = await asUser(() => staying.adopt(failed))
  expect([taken.length, failures]).toEqual([2, [expect.stringMatching(/^EACCES.*rename/)]])
  chmodSync(middle, 0o700)
  expect((await asUser(() => staying.adopt(failed))).length).toBe(1)
})

test('so does one that begins a new file then', async () => {
  const [asleep, awake] = [await home(), await home()]
  const writer = new SpoolWriter({ dir: asleep.dir, holds: () => asleep.holds(), stalled })
  await writer.append([record('before')])
  await writer.leaveSegment()
  const path = join(asleep.dir, 'owner.json')
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), machine: 'far away' }))
  silent(path)
  expect((await awake.adopt(failed)).length).toBe(1)
  await expect(writer.append([record('after')])).rejects.toBeInstanceOf(SpoolTakenError)
  await writer.close()
})
