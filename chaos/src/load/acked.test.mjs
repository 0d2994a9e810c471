import { Account, readLine } from '../../check/acked.mjs'
import { ackedLines } from './acked.ts'

/** What the checker says of these acknowledgements and copies in the log. */
function problems(requests, inLog) {
  const account = new Account()
  for (const { ids, sent } of requests)
    for (const line of ackedLines({ ids, invalid: [] }, sent)) account.acknowledged(readLine(line.trim()))
  for (const id of inLog) account.found(id)
  return account.problems()
}

test('an event that was sent once and is in the log twice is noticed', () => {
  expect(problems([{ ids: ['a'], sent: 1 }], ['a'])).toEqual([])
  expect(problems([{ ids: ['a'], sent: 1 }], ['a', 'a'])).toEqual([
    'the event a was sent 1 times, and is in activity 2 times',
  ])
})

test('tries and duplicates on purpose are added up', () => {
  const requests = [
    { ids: ['a', 'a'], sent: 1 },
    { ids: ['a'], sent: 2 },
  ]
  expect(problems(requests, Array(4).fill('a'))).toEqual([])
  expect(problems(requests, Array(5).fill('a'))).toHaveLength(1)
})

test('a bad event stands there with its bytes', () => {
  const [line] = ackedLines({ ids: [], invalid: ['{"é":1}'] }, 1)
  expect(Buffer.from(readLine(line.trim()).poison, 'base64').toString()).toBe('{"é":1}')
})
