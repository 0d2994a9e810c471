import { clusterId } from './kafka.ts'

test('a cluster id never begins with a dash, which the format tool would take for an option', () => {
  const draws = [Buffer.alloc(16, 0xf8), Buffer.alloc(16, 0xfb), Buffer.alloc(16, 1)]
  expect(clusterId(() => draws.shift() as Buffer)).toBe(Buffer.alloc(16, 1).toString('base64url'))
  expect(draws).toEqual([])
})
