import { type MemoryEdge, memoryEdge } from '../test/memoryEdge.ts'

let edge: MemoryEdge
beforeAll(async () => {
  edge = await memoryEdge()
})
afterAll(() => edge.close())

test.each([
  [
    'DELETE',
    '/v1/leads/ann@example.com',
    {},
    /^a secret key is missing: send it by Basic auth .* X-Write-Key$/,
  ],
  ['POST', '/v1/outcomes', {}, /^a secret key is missing/],
  ['POST', '/v1/outcomes', { 'x-write-key': 'wk_demo' }, /^outcomes need a secret key/],
  ['POST', '/v1/outcomes', { 'x-write-key': 'sk_other' }, /^no source has this key$/],
])('%s %s by %p says which key it takes', async (method, path, headers, problem) => {
  const answer = await fetch(edge.url + path, { method, headers: headers as Record<string, string> })
  expect(answer.status).toBe(401)
  expect(await answer.json()).toMatchObject({ problems: [expect.stringMatching(problem)] })
})
