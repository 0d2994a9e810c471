import { counted } from './counted.ts'

test.each([
  [0, '0 keys'],
  [1, '1 key'],
  [1_200, '1,200 keys'],
])('%p in words', (count, text) => {
  expect(counted(count, 'key')).toBe(text)
})

test('what has another plural', () => {
  expect([1, 2].map(n => counted(n, 'lead or visitor', 'leads and visitors'))).toEqual([
    '1 lead or visitor',
    '2 leads and visitors',
  ])
})
