import type { Condition as Shown } from '@hotlead/contracts'
import type { Condition } from '@hotlead/model'
import { treeLines } from './conditionTree.ts'

const score = (atLeast: number): Condition => ({ kind: 'score', of: 'score', range: { atLeast } })
const leaf = (text: string, holds: boolean, value = '1'): Shown => ({ text, value, holds })
const plain = (_style: string, text: string) => text

test('a list of conditions, with what one of them suffices for below it', () => {
  const condition: Condition = {
    kind: 'all',
    of: [score(1), { kind: 'any', of: [score(2), score(3)] }, { kind: 'not', of: score(4) }],
  }
  const leaves = [leaf('a', true), leaf('bb', false, '0'), leaf('c', true), leaf('not d', true)]
  expect(treeLines(condition, leaves, plain)).toEqual([
    '  ✓ a      is 1',
    '  ✓ any of',
    '    ✗ bb   is 0',
    '    ✓ c    is 1',
    '  ✓ not d  is 1',
  ])
})

test('not any of is all of the opposites, and the other way round', () => {
  const any: Condition = { kind: 'not', of: { kind: 'any', of: [score(1), score(2)] } }
  const leaves = [leaf('not a', true), leaf('not b', false)]
  expect(treeLines(any, leaves, plain)).toEqual(['  ✓ not a  is 1', '  ✗ not b  is 1'])
  const all: Condition = { kind: 'not', of: { kind: 'all', of: [score(1), score(2)] } }
  expect(treeLines(all, leaves, plain)).toEqual(['  ✓ any of', '    ✓ not a  is 1', '    ✗ not b  is 1'])
})

test('a group that fails says so', () => {
  const condition: Condition = {
    kind: 'any',
    of: [{ kind: 'all', of: [score(1), score(2)] }, score(3)],
  }
  const leaves = [leaf('a', true), leaf('b', false), leaf('c', false)]
  expect(treeLines(condition, leaves, plain).map(line => line.trim()[0])).toEqual(['✗', '✗', '✓', '✗', '✗'])
})

test('a single condition', () => {
  expect(treeLines(score(1), [leaf('a', false)], plain)).toEqual(['  ✗ a  is 1'])
})
