import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { speaksKafka } from './speaksKafka.ts'

/** Nobody listens there. */
const NOBODY = 1

let server: Server | undefined
afterEach(() => server?.close())

/** A server that does this with the first bytes of a connection. */
async function serving(answer: (socket: Socket, asked: Buffer) => void): Promise<number> {
  const listening = createServer(socket => socket.once('data', asked => answer(socket, asked as Buffer)))
  server = listening
  await new Promise<void>(resolve => listening.listen(0, '127.0.0.1', resolve))
  return (listening.address() as AddressInfo).port
}

test('who answers under the number of the question is a broker', async () => {
  const port = await serving((socket, asked) => {
    const answer = Buffer.alloc(10)
    answer.writeInt32BE(6)
    asked.copy(answer, 4, 8, 12)
    socket.write(answer)
  })
  expect(await speaksKafka('127.0.0.1', port)).toBeUndefined()
})

test('who is not there, hangs, hangs up or is something else is no broker', async () => {
  expect(await speaksKafka('127.0.0.1', NOBODY)).toMatchObject({
    state: 'away',
    cause: { code: 'ECONNREFUSED' },
  })
  const hanging = await serving(() => {})
  expect(await speaksKafka('127.0.0.1', hanging, 50)).toMatchObject({
    state: 'hangs',
    cause: { message: 'no answer within 50 ms' },
  })
  server?.close()
  const closing = await serving(socket => socket.end())
  expect(await speaksKafka('127.0.0.1', closing)).toMatchObject({
    state: 'hangs',
    cause: { message: 'closed connection' },
  })
  server?.close()
  const web = await serving(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  expect(await speaksKafka('127.0.0.1', web)).toMatchObject({ state: 'another' })
})
