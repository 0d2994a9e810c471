import { again } from './run.ts'

const o = { seed: 7, count: 44, instances: 2, rate: 1_000, faults: undefined }

test('a round on an installation of its own is had again alone, another with the rounds before it', () => {
  expect(again(o, 3, 3)).toBe(
    'Again: npm run chaos -- --seed 7 --count 44 --instances 2 --rate 1000 --round 3',
  )
  expect(again({ ...o, faults: ['a', 'b'] }, 3, 5)).toMatch(
    /rounds 3 to 4 .*--faults a,b --from-round 3 --round 5$/,
  )
})
