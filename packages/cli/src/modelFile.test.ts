import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Problem } from '@hotlead/model'
import { CliError } from './exit.ts'
import { readModelFile, refuseModel } from './modelFile.ts'
import { Terminal } from './terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'hotlead-model-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

function thrown(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}

test.each<[string, () => string, number, RegExp]>([
  ['that is not there', () => join(folder, 'none'), 3, /^There is no file /],
  ['that is a directory', () => folder, 1, / is a directory\.$/],
  ['that is empty', () => file('empty', ''), 1, /: the file is empty\.$/],
  ['of blanks', () => file('blank', ' \n\n'), 1, /: the file is empty\.$/],
  [
    'that is too large',
    () => file('large', '#'.repeat(1_000_001)),
    1,
    / has 1,000,001 bytes, and .* 1,000,000\.$/,
  ],
])('a file %s', (_name, path, exitCode, message) => {
  const error = thrown(() => readModelFile(path()))
  expect(error).toBeInstanceOf(CliError)
  expect(error).toMatchObject({ exitCode, message: expect.stringMatching(message) })
})

/** What is written where a model has so many problems. */
function refused(count: number, json: boolean) {
  let out = ''
  const terminal = new Terminal(
    {
      write: text => {
        out += text
      },
    },
    { write: () => {} },
    {},
    json,
  )
  const problems: Problem[] = Array.from({ length: count }, (_, i) => ({
    file: 'm.yaml',
    line: i + 1,
    column: 1,
    path: 'x',
    message: 'wrong',
  }))
  return { error: thrown(() => refuseModel('m.yaml', problems, terminal)), out }
}

test('of many problems people are shown the first 20 and how many more there are, programs all', () => {
  const lines = refused(25, false).out.trim().split('\n')
  expect(lines).toHaveLength(21)
  expect(lines.slice(-2)).toEqual(['m.yaml:20:1  x: wrong', 'and 5 more'])
  expect(refused(25, false).error).toMatchObject({ exitCode: 1, message: 'm.yaml has 25 problems.' })
  expect(refused(20, false).out).not.toContain('more')
  expect(JSON.parse(refused(25, true).out).problems).toHaveLength(25)
})
