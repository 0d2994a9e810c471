import { count, noCounts, problemsOf } from './counts.ts'

const line = (label: string, ...statuses: (number | undefined)[]) =>
  JSON.stringify({
    ScenarioFinished: {
      recorder: {
        label,
        interactions: Object.fromEntries(
          statuses.map((status, i) => [
            `c${i}`,
            status === undefined ? {} : { response: { status_code: status } },
          ]),
        ),
      },
    },
  })

test('requests are counted by their status and operation', () => {
  const counts = noCounts()
  count(counts, line('POST /v1/track', 200, 400, 200))
  count(counts, line('GET /livez', 200))
  count(counts, JSON.stringify({ ScenarioFinished: { recorder: { label: 'GET /i' } } }))
  count(counts, JSON.stringify({ EngineFinished: { running_time: 3 } }))
  expect(counts).toEqual({
    requests: 4,
    statuses: { 200: 3, 400: 1 },
    operations: { 'POST /v1/track': 3, 'GET /livez': 1 },
  })
  expect(problemsOf(counts)).toEqual([])
})

test.each([
  ['a fault', 500, '1 answered 500'],
  ['an overload', 503, '1 answered 503'],
  ['no answer', undefined, '1 without an answer'],
])('%s is a problem', (_name, status, problem) => {
  const counts = noCounts()
  count(counts, line('POST /v1/track', 200, status))
  expect(problemsOf(counts)).toEqual([problem])
})
