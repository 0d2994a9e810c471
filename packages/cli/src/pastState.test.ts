import { readFileSync } from 'node:fs'
import type { Transition } from '@hotlead/contracts'
import { parseModel } from '@hotlead/model'
import { stateBefore } from './pastState.ts'

const parsed = parseModel(readFileSync(new URL('../../../models/default.yaml', import.meta.url), 'utf8'))
if (!parsed.ok) throw new Error('the default model has problems')
const { model } = parsed

const move = (number: number, from: string, to: string, at: number) =>
  ({ number, from, to, at, left: [{ tier: from, at }] }) as unknown as Transition
const all = [move(1, 'COLD', 'WARM', 100), move(2, 'WARM', 'HOT', 200), move(3, 'HOT', 'WARM', 300)]

test.each<[string, Transition[], number, string, number, boolean]>([
  ['before the first move', all, 99, 'COLD', 0, true],
  ['at the moment of a move', all, 100, 'WARM', 1, true],
  ['between two moves', all, 250, 'HOT', 2, true],
  ['after the last', all, 999, 'WARM', 3, true],
  ['a lead that never moved', [], 50, 'COLD', 0, true],
  ['where earlier moves are no longer kept', all.slice(2), 250, 'HOT', 2, false],
])('%s', (_what, moves, t, tier, number, sure) => {
  expect(stateBefore(model, moves, 1, t)).toMatchObject({ state: { tier, number }, sure })
})
