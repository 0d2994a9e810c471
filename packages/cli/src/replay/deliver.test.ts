import type { EdgeAnswer } from '../edge.ts'
import { CliError, EXIT } from '../exit.ts'
import { deliver } from './deliver.ts'

const answer = (status: number, retryAfter?: number): EdgeAnswer => ({
  status,
  retryAfter,
  error: undefined,
  problems: [],
  deadLettered: 0,
})
const away = () => new CliError(EXIT.unavailable, 'The HTTP edge at x does not answer (ECONNREFUSED).')

/** A clock that only pauses move; the edge gives the answers in turn, the last for ever. */
function stage(answers: (EdgeAnswer | Error)[], isKnown = true) {
  const controller = new AbortController()
  const pauses: number[] = []
  const said: string[] = []
  let now = 0
  let posts = 0
  const result = deliver({
    async post() {
      const next = answers[Math.min(posts++, answers.length - 1)] as EdgeAnswer | Error
      if (next instanceof Error) throw next
      return next
    },
    async pause(ms) {
      pauses.push(ms)
      now += ms
      if (pauses.length > 1_000) controller.abort()
    },
    now: () => now,
    say: sentence => said.push(sentence),
    isKnown,
    signal: controller.signal,
  })
  return { result, pauses, said, controller, posts: () => posts }
}

test('Retry-After is honoured, up to five minutes', async () => {
  const s = stage([answer(503, 5), answer(429, 7), answer(503, 100_000), answer(200)])
  expect((await s.result)?.status).toBe(200)
  expect(s.pauses).toEqual([5_000, 7_000, 300_000])
  expect(s.said[0]).toBe('The edge answered 503: trying again in 5 s.')
})

test('without it the pauses double up to 15 s', async () => {
  const s = stage([...Array.from({ length: 7 }, () => away()), answer(200)])
  await s.result
  expect(s.pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000])
})

test.each([400, 401, 413, 501])('%d is an answer: trying again would not change it', async status => {
  const s = stage([answer(status)])
  expect((await s.result)?.status).toBe(status)
  expect(s.pauses).toEqual([])
})

test('an edge that was never there is not waited for', async () => {
  const s = stage([away()], false)
  await expect(s.result).rejects.toMatchObject({ exitCode: EXIT.unavailable })
  expect(s.posts()).toBe(1)
})

test('after ten minutes of it, it gives up and says how to go on', async () => {
  const s = stage([answer(503, 30)])
  await expect(s.result).rejects.toMatchObject({
    exitCode: EXIT.unavailable,
    next: expect.stringContaining('same command'),
  })
  expect(s.pauses.reduce((a, b) => a + b, 0)).toBe(600_000)
})

test('a bug is no outage', async () => {
  await expect(stage([new TypeError('x')]).result).rejects.toThrow(TypeError)
})
