import { CONTROLS } from '@hotlead/testkit'
import { STATEMENTS } from '../check/violations.mjs'
import { caughtBy } from './controls.ts'

const verdict = (...statements) => ({
  ok: false,
  violations: statements.map(statement => ({ statement, detail: 'x' })),
  counts: {},
  seconds: 1,
})

test('a control is caught by the statements that it breaks, and by no others', () => {
  expect(caughtBy('announced', verdict(STATEMENTS.G6, STATEMENTS.G2))).toBeUndefined()
  expect(caughtBy('announced', verdict(STATEMENTS.G6, STATEMENTS.G4))).toBe(`${STATEMENTS.G4}: x`)
})

test('each names statements that the checker has', () => {
  const words = Object.values(STATEMENTS)
  for (const name of Object.keys(CONTROLS))
    for (const begin of CONTROLS[name].breaks)
      expect([name, words.some(w => w.startsWith(begin))]).toEqual([name, true])
})
