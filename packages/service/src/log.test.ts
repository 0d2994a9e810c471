import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CHATTY = fileURLToPath(new URL('../test/chatty.ts', import.meta.url))

/** Runs it with its log on a file. @param limit what the shell does first */
function chatty(logFile: string, lines: number, limit = '') {
  const out = openSync(logFile, 'a')
  const command = `${limit} exec "$0" "$1" "$2"`
  const { status, signal, stderr } = spawnSync(
    'sh',
    ['-c', command, process.execPath, CHATTY, String(lines)],
    {
      stdio: ['ignore', out, 'pipe'],
      encoding: 'utf8',
      timeout: 20_000,
    },
  )
  closeSync(out)
  return { status, signal, stderr }
}

const ENDED = { status: 3, signal: null, stderr: '' }

const onFullDisk = existsSync('/dev/full') ? test : test.skip

onFullDisk('a full disk under the log ends nothing, and holds up no end', () => {
  expect(chatty('/dev/full', 30)).toEqual(ENDED)
})

const withPrlimit = spawnSync('prlimit', ['--version']).status === 0 ? describe : describe.skip

withPrlimit('once there is room again', () => {
  let dir: string
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'hotlead-log-'))
  })
  afterAll(() => rmSync(dir, { recursive: true }))

  /** What is in the log of one that had 8 or 16 KB of room for its first lines. */
  function logged(lines: number) {
    const file = join(dir, `${lines}.log`)
    expect(chatty(file, lines, 'ulimit -S -f 16;')).toEqual(ENDED)
    const text = readFileSync(file, 'utf8')
    const told = text
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as { n?: number; msg: string })
    const numbers = told.flatMap(l => l.n ?? [])
    // In their order, without a gap.
    expect(numbers).toEqual(numbers.map((_, n) => n))
    return { bytes: text.length, numbers, others: told.flatMap(l => (l.n === undefined ? [l.msg] : [])) }
  }

  test('what waited is in the log, each line whole and once', () => {
    const { numbers, others } = logged(30)
    expect(numbers).toHaveLength(30)
    expect(others.slice(-4)).toEqual(['short', 'room', 'after', 'the end'])
  })

  test('of more than a megabyte the first are, and what comes from then on', () => {
    const { bytes, others } = logged(2_000)
    expect(bytes).toBeGreaterThan(1024 * 1024)
    expect(bytes).toBeLessThan(1024 * 1024 + 20_000)
    expect(others.slice(-3)).toEqual(['short', 'after', 'the end'])
  })
})
