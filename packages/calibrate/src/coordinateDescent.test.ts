import { descend, type Sign } from './coordinateDescent.ts'

/** ½·(2b₀² + 2·½·b₀b₁ + 1b₁²) − linear·b + 0.1·|b|₁, from 0. */
function least(linear: [number, number], signs: Sign[], start = [0, 0]): number[] {
  const b = Float64Array.from(start)
  const gram = [Float64Array.from([2, 0.5]), Float64Array.from([0.5, 1])]
  descend({ gram, linear: Float64Array.from(linear), penalties: [0.1, 0.1], signs }, b)
  return [...b].map(x => Number(x.toFixed(4)) + 0)
}

test.each<[string, [number, number], Sign[], number[]]>([
  // Both in: 2b₀ + ½b₁ = 1 − 0.1 and ½b₀ + b₁ = 1 − 0.1.
  ['both free', [1, 1], [0, 0], [0.2571, 0.7714]],
  ['one too weak for its penalty', [0.05, 1], [0, 0], [-0.1714, 0.9857]],
  ['the same, which may not go below 0', [0.05, 1], [1, 0], [0, 0.9]],
  ['the other may not go above', [1, 1], [0, -1], [0.45, 0]],
])('%s', (_what, linear, signs, expected) => expect(least(linear, signs)).toEqual(expected))

test('what starts on the wrong side comes back to 0', () => {
  expect(least([-1, 1], [1, 0], [-3, 0])).toEqual([0, 0.9])
})
