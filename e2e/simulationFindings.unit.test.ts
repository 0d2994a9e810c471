import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mutant } from '@hotlead/testkit'
import { PLAYED } from '../packages/stream/simulation/findings.ts'
import { BROKEN_RULES } from './simulation/brokenRules.ts'

/** Finding 26 has no rule that answers it: its test shows what is lost. */
const UNANSWERED = ['26']

const copy = mutant([])
afterAll(() => copy.remove())

test('every finding that is played says which rule answers it', () => {
  expect([...Object.keys(BROKEN_RULES), ...UNANSWERED].sort()).toEqual(Object.keys(PLAYED).sort())
})

test.each(Object.keys(BROKEN_RULES))('finding %s is red without its rule', number => {
  const sources = new Map<string, string>()
  for (const { file, find, replace } of BROKEN_RULES[Number(number)] ?? []) {
    const path = join(copy.root, file)
    const text = readFileSync(path, 'utf8')
    if (!sources.has(path)) sources.set(path, text)
    expect({ find, times: text.split(find).length - 1 }).toEqual({ find, times: 1 })
    writeFileSync(
      path,
      text.replace(find, () => replace),
    )
  }
  const program = join(copy.root, 'packages/stream/simulation/playFinding.ts')
  const { status, stderr } = spawnSync(process.execPath, [program, number], { encoding: 'utf8' })
  for (const [path, text] of sources) writeFileSync(path, text)
  // A finding that is broken says so by an assertion, not by a source that does not parse.
  expect({ status, parses: !/SyntaxError|ReferenceError|TypeError/.test(stderr) }).toEqual({
    status: 1,
    parses: true,
  })
})
