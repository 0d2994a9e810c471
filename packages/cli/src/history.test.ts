import { activationsOf, versionBefore } from './history.ts'

const published = (version: string, ...activations: number[]) => ({
  workspace: 'demo',
  version,
  name: `model ${version}`,
  source: '',
  publishedAt: activations.at(-1) ?? 5,
  activations,
  recounts: [],
})

test('activations of all versions in the order of time; one that a recount prepares has none yet', () => {
  const history = activationsOf([published('a', 10, 40), published('b', 20), published('prepared')])
  expect(history.map(h => `${h.at} ${h.version}`)).toEqual(['10 a', '20 b', '40 a'])
})

test.each<[string, ReturnType<typeof published>[], string | undefined]>([
  ['nothing', [], undefined],
  ['one model', [published('a', 1)], undefined],
  ['the same one published again', [published('a', 1, 2)], undefined],
  ['a, then b', [published('a', 1), published('b', 2)], 'a'],
  ['a, b, and back to a', [published('a', 1, 3), published('b', 2)], 'b'],
  ['a, b, a, a', [published('a', 1, 3, 4), published('b', 2)], 'b'],
])('before %s', (_what, models, version) => expect(versionBefore(activationsOf(models))).toBe(version))
