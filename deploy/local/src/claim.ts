import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { birthOf, type ProcessRecord, readRecord } from './processRecord.ts'

/** Who runs hotlead with a data folder: written by `npm start`, read by `hotlead up` and `down`. */
export interface Run extends ProcessRecord {
  /** What it printed once all was ready; undefined before. */
  ready?: string[]
}

export function runFile(dataDir: string): string {
  return join(dataDir, 'run.json')
}

/** The run that has this data folder now. A file that a crash left behind counts as none. */
export function currentRun(dataDir: string): Run | undefined {
  return readRecord<Run>(runFile(dataDir))
}

export interface Claim {
  ready(lines: string[]): void
  release(): void
}

/** Takes the data folder for this process. @throws where another one has it */
export function claim(dataDir: string): Claim {
  mkdirSync(dataDir, { recursive: true })
  const file = runFile(dataDir)
  const run: Run = { pid: process.pid, birth: birthOf(process.pid) ?? '' }
  const other = currentRun(dataDir)
  try {
    if (!other) writeFileSync(file, JSON.stringify(run), { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const { pid } = JSON.parse(readFileSync(file, 'utf8')) as Run
  if (pid !== process.pid)
    throw new Error(
      `hotlead already runs with the data in ${dataDir} (pid ${pid}): \`npx hotlead down\` ends it, HOTLEAD_DATA and other ports start a second one`,
    )
  return {
    ready: lines => writeFileSync(file, JSON.stringify({ ...run, ready: lines })),
    release: () => rmSync(file, { force: true }),
  }
}
