import { leadSubject } from '@hotlead/contracts'
import { readConfig } from './config.ts'
import { secretHint, subjectsOf } from './whoIs.ts'

const SECRET = 'a secret of a test'
const LEAD = 'l:rULhP5ETHHp0TWGrnoVFEi'

test('a subject is itself', () => {
  expect(subjectsOf(SECRET, LEAD)).toEqual([LEAD])
  expect(subjectsOf(SECRET, 'v:a1')).toEqual(['v:a1'])
})

test('an address is found whatever its case, as the ingestor hashes it', () => {
  expect(subjectsOf(SECRET, ' Sato@Example.co.jp ')[0]).toBe(
    leadSubject(SECRET, { email: 'sato@example.co.jp' }),
  )
})

test('any other id may be a user’s or a visitor’s', () => {
  expect(subjectsOf(SECRET, 'a1')).toEqual([leadSubject(SECRET, { userId: 'a1' }), 'v:a1'])
})

test('what stands for nobody finds nobody', () => {
  expect(subjectsOf(SECRET, 'undefined')).toEqual([])
})

test('an id that is hashed may be missed for the secret, a subject never is', () => {
  const own = readConfig({ HOTLEAD_SECRET: SECRET })
  for (const id of ['sato@example.co.jp', 'user-1'])
    expect(secretHint(own, id)).toMatch(/HOTLEAD_SECRET, which must be the edge’s\.$/)
  for (const id of [LEAD, 'v:a1']) expect(secretHint(own, id)).toBeUndefined()
  expect(secretHint(readConfig({}), 'sato@example.co.jp')).toBeUndefined()
  expect(secretHint(readConfig({ HOTLEAD_REDIS: 'redis://redis.example.com' }), 'user-1')).toMatch(
    /is not set here\.$/,
  )
})
