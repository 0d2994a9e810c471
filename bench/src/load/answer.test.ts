import { readAnswer } from './answer.ts'

const whole = 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\nretry-after: 5\r\n\r\nbusy'

test('an answer in pieces is read once it is whole; what follows is not part of it', () => {
  for (let cut = 0; cut < whole.length; cut++)
    expect(readAnswer(Buffer.from(whole.slice(0, cut)))).toBeUndefined()
  const answer = { status: 503, length: whole.length }
  expect(readAnswer(Buffer.from(whole))).toEqual(answer)
  expect(readAnswer(Buffer.from(`${whole}HTTP/1.1 200 OK`))).toEqual(answer)
})

test('an answer of unknown length is a mistake of ours, not something to wait for', () => {
  const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'
  expect(() => readAnswer(Buffer.from(chunked))).toThrow('an answer without content-length: HTTP/1.1 200 OK')
})
