import { connect, type Socket } from 'node:net'
import { readAnswer } from './answer.ts'

/** Every connection reads into this, one after the other: no stream, no allocation. */
const READ = Buffer.alloc(65_536)
const OK = Buffer.from('HTTP/1.1 200')

/** One kept connection with one request under way at a time, as a browser has it. */
export class Connection {
  /** Number of the request under way. */
  request = -1
  readonly #socket: Socket
  readonly #onAnswer: (connection: Connection, status: number) => void
  #pending: Buffer | undefined
  /** Length of a 200: all are alike, so its length and first bytes tell it from anything else, without parsing. */
  #usual = 0

  private constructor(socket: Socket, onAnswer: (connection: Connection, status: number) => void) {
    this.#socket = socket
    this.#onAnswer = onAnswer
  }

  static open(
    host: string,
    port: number,
    onAnswer: (connection: Connection, status: number) => void,
    onLost: (error: Error) => void,
  ): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const onread = {
        buffer: READ,
        callback(length: number) {
          connection.#read(READ.subarray(0, length))
          return true
        },
      }
      const socket = connect({ host, port, noDelay: true, onread })
      const connection = new Connection(socket, onAnswer)
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        socket.on('error', onLost)
        socket.on('close', () => onLost(new Error('the ingestor closed a connection')))
        resolve(connection)
      })
    })
  }

  send(request: number, bytes: string): void {
    this.request = request
    this.#socket.write(bytes, 'latin1')
  }

  close(): void {
    this.#socket.removeAllListeners('close')
    this.#socket.destroy()
  }

  #read(chunk: Buffer): void {
    if (
      chunk.length === this.#usual &&
      this.#pending === undefined &&
      OK.compare(chunk, 0, OK.length) === 0
    ) {
      this.#onAnswer(this, 200)
      return
    }
    const bytes = this.#pending ? Buffer.concat([this.#pending, chunk]) : chunk
    const answer = readAnswer(bytes)
    this.#pending = answer ? undefined : Buffer.from(bytes)
    if (!answer) return
    if (answer.status === 200) this.#usual = answer.length
    this.#onAnswer(this, answer.status)
  }
}
