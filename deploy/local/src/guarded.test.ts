import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Guarded } from './guarded.ts'

test('what ends while starting is told by the lines of this start, none twice', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hotlead-guarded-'))
  try {
    const logFile = join(folder, 'part.log')
    writeFileSync(logFile, 'a line of an earlier start\n')
    const part = new Guarded({
      name: 'The part',
      command: process.execPath,
      args: ['-e', 'console.log("no such file"); console.log("no such file"); process.exit(78)'],
      logFile,
      pidFile: join(folder, 'part.json'),
    })
    await expect(part.until(async () => false, 60_000)).rejects.toThrow(
      new Error(`The part ended while starting; its last lines (${logFile}):\nno such file`),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})
