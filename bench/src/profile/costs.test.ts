import { type CpuProfile, costs, placeOf } from './costs.ts'

const frame = (id: number, functionName: string, url: string) => ({
  id,
  callFrame: { functionName, url, lineNumber: 9 },
})
const profile: CpuProfile = {
  nodes: [
    frame(1, '(idle)', ''),
    frame(2, '(garbage collector)', ''),
    frame(3, 'encode', new URL('../../../packages/contracts/src/codec.ts', import.meta.url).href),
    frame(4, 'toBuffer', 'file:///x/node_modules/.pnpm/avsc@5.7.9/node_modules/avsc/lib/types.js'),
    frame(5, '', 'file:///x/node_modules/.pnpm/avsc@5.7.9/node_modules/avsc/lib/utils.js'),
  ],
  startTime: 1_000,
  samples: [3, 1, 2, 3, 4, 5],
  timeDeltas: [50, 100, 10, 40, 30, 20],
}

test('self time, of the busy time, by function and by package or file', () => {
  const { busy, functions, places } = costs(profile)
  expect(busy).toBeCloseTo(150 / 250)
  expect(functions).toEqual([
    { name: 'encode  packages/contracts/src/codec.ts:10', share: 0.6 },
    { name: 'toBuffer  avsc/lib/types.js:10', share: 0.2 },
    { name: '(anonymous)  avsc/lib/utils.js:10', share: 20 / 150 },
    { name: '(garbage collector)', share: 10 / 150 },
  ])
  expect(places.map(p => p.name)).toEqual(['packages/contracts/src/codec.ts', 'avsc', '(garbage collector)'])
})

test('only the window counts', () => {
  const { functions } = costs(profile, 1_100, 1_160)
  expect(functions).toEqual([{ name: '(garbage collector)', share: 1 }])
})

test('a scoped package, and a file of Node’s', () => {
  expect(placeOf('file:///a/node_modules/.pnpm/x/node_modules/@a/b/c.js')).toBe('@a/b/c.js')
  expect(placeOf('node:net')).toBe('node:net')
})
