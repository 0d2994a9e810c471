import { perLead } from './leadBytes.ts'

test('what Redis adds is spread over the leads; the median lead carries its share', () => {
  const found = perLead([100, 300, 200, 1_000], 1_600 + 4 * 50, 8_000)
  expect(found).toEqual({
    leads: 4,
    hash: 450,
    used: 2_000,
    median: 250,
    p99: 1_050,
    max: 1_050,
    overhead: 50,
  })
})
