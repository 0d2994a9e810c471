import { tierWishes } from './tierWishes.ts'

test('a share of its leads, or so many a week', () => {
  expect(tierWishes(['WARM=25%', 'VERY HOT=7.5 /week'], 'COLD')).toEqual([
    { name: 'WARM', wanted: { precision: 0.25 } },
    { name: 'VERY HOT', wanted: { callsPerWeek: 7.5 } },
  ])
})

test.each([
  [['HOT'], /“HOT” and must be NAME=50%/],
  [['HOT=0%'], /must be/],
  [['HOT=101%'], /must be/],
  [['HÖT=1%'], /must be/],
  [['HOT=5/day'], /must be/],
  [['COLD=5%'], /is the lowest tier/],
  [['HOT=50%', 'HOT=60%'], /is there twice/],
])('%p is refused', (texts, words) => expect(() => tierWishes(texts, 'COLD')).toThrow(words))
