import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { CliError } from '../exit.ts'
import { linesOf, survey } from './lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'hotlead-lines-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

async function read(path: string): Promise<string[]> {
  const lines: string[] = []
  for await (const line of linesOf(path)) lines.push(line)
  return lines
}

const hit = (time: string, path: string) =>
  `192.0.2.1 - - [${time}] "GET ${path} HTTP/1.1" 200 1 "-" "Mozilla/5.0"`
const LOG = [
  hit('17/May/2015:10:00:00 +0000', '/a'),
  hit('17/May/2015:12:00:00 +0000', '/b'),
  hit('17/May/2015:11:00:00 +0000', '/c'),
  hit('17/May/2015:13:00:00 +0000', '/d.css'),
  'cut sho',
].join('\n')

test('lines with any ending, the last one without', async () => {
  expect(await read(file('plain', 'ä\r\nb\n\nc'))).toEqual(['ä', 'b', '', 'c'])
  expect(await read(file('ended', 'a\n'))).toEqual(['a'])
  expect(await read(file('empty', ''))).toEqual([])
})

test('gzip is told by its bytes; characters that lie across two chunks stay whole', async () => {
  const text = `x${'ä'.repeat(100_001)}\nb`
  expect(await read(file('packed.log', gzipSync(text)))).toEqual(text.split('\n'))
  expect(await read(file('large', text))).toEqual(text.split('\n'))
})

test('a survey counts page views and finds the latest, whatever their order', async () => {
  const plain = await survey(file('a.log', LOG))
  expect(plain).toMatchObject({ lines: 5, events: 3, latest: Date.UTC(2015, 4, 17, 12) })
  expect(plain.digest).toMatch(/^[0-9a-f]{64}$/)
  expect(await survey(file('a.log.gz', gzipSync(LOG)))).toEqual(plain)
})

test.each([
  ['that is not there', () => join(folder, 'none'), 3, /no file/],
  ['that is a directory', () => folder, 1, /is a directory/],
  ['that is a device', () => '/dev/null', 1, /is no plain file/],
  [
    'that is cut short',
    () => file('cut.gz', gzipSync(LOG.repeat(50)).subarray(0, 120)),
    1,
    /damaged or cut short/,
  ],
  ['that is no text', () => file('binary', Buffer.alloc(3_000_000, 7)), 1, /no text/],
])('a file %s', async (_name, path, exitCode, message) => {
  const error = await survey(path()).catch(e => e)
  expect(error).toBeInstanceOf(CliError)
  expect(error).toMatchObject({ exitCode, message: expect.stringMatching(message) })
})
