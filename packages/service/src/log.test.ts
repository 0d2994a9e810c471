import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CHATTY = fileURLToPath(new URL('../test/chatty.ts', import.meta.url))

/** Runs it with its log on a file. @param before what the shell does first */
function chatty(logFile: string, before = '') {
  const out = openSync(logFile, 'a')
  const { status, signal, stderr } = spawnSync(
    'sh',
    ['-c', `${before} exec "$0" "$1"`, process.execPath, CHATTY],
    {
      stdio: ['ignore', out, 'pipe'],
      encoding: 'utf8',
      timeout: 10_000,
    },
  )
  closeSync(out)
  return { status, signal, stderr }
}

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'hotlead-log-'))
})
afterAll(() => rmSync(dir, { recursive: true }))

const onFullDisk = existsSync('/dev/full') ? test : test.skip

onFullDisk('a full disk under the log ends nothing, and holds up no end', () => {
  expect(chatty('/dev/full')).toEqual({ status: 3, signal: null, stderr: '' })
})

const withPrlimit = spawnSync('prlimit', ['--version']).status === 0 ? test : test.skip

withPrlimit('once there is room again, what waited is in the log, each line whole and once', () => {
  const file = join(dir, 'chatty.log')
  expect(chatty(file, 'ulimit -S -f 16;')).toEqual({ status: 3, signal: null, stderr: '' })
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  const told = lines.map(line => JSON.parse(line) as { n?: number; msg: string })
  expect(told.slice(0, 30).map(l => l.n)).toEqual(Array.from({ length: 30 }, (_, n) => n))
  expect(told.slice(30).map(l => l.msg)).toEqual(['after', 'the end'])
})
