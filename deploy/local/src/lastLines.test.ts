import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pauseBefore } from './keepRunning.ts'
import { lastLines, readable } from './lastLines.ts'
import { needDisk, refuseProduction } from './machine.ts'

test.each([
  ['[2026-01-01] INFO Kafka Server started', '[2026-01-01] INFO Kafka Server started'],
  ['{"level":"info","time":"x","name":"scorer","msg":"partition owned"}', 'info partition owned'],
  ['{"level":"error","msg":"no batch","err":{"message":"broker away"}}', 'error no batch: broker away'],
  ['{"level":"fatal","msg":"broker away","err":{"message":"broker away"}}', 'fatal broker away'],
  ['{"level":"info"', '{"level":"info"'],
  ['{"any":"json"}', '{"any":"json"}'],
])('%s', (line, shown) => {
  expect(readable(line)).toBe(shown)
})

test('the last lines of a long log, and of an empty one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hotlead-log-'))
  try {
    const file = join(folder, 'x.log')
    writeFileSync(file, Array.from({ length: 10_000 }, (_, i) => `line ${i}\n`).join(''))
    expect(lastLines(file, 2)).toEqual(['line 9998', 'line 9999'])
    writeFileSync(file, '')
    expect(lastLines(file, 2)).toEqual([''])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('pauses double from half a second to half a minute', () => {
  expect([0, 1, 2, 5, 6, 60].map(pauseBefore)).toEqual([500, 1_000, 2_000, 16_000, 30_000, 30_000])
})

test('production and a full disk are refused with what to do', async () => {
  expect(() => refuseProduction({ NODE_ENV: 'production' })).toThrow(/^NODE_ENV is production, and .* unset/)
  expect(() => refuseProduction({ NODE_ENV: 'development' })).not.toThrow()
  await expect(needDisk(tmpdir(), Number.MAX_SAFE_INTEGER)).rejects.toThrow(
    /MB free and hotlead needs 9007199255 MB: free some, or set HOTLEAD_DATA/,
  )
  await expect(needDisk(tmpdir(), 1)).resolves.toBeUndefined()
})
