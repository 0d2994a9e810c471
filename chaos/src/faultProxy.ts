import { connect, createServer, type Server, type Socket } from 'node:net'

export type Direction = 'up' | 'down'

/**
 * A TCP proxy on loopback in front of one server, whose connections can be cut, refused, slowed down and held up. `up`
 * is from client to server, `down` the answers.
 */
export class FaultProxy {
  readonly port: number
  readonly #server: Server
  readonly #pairs = new Set<Pair>()
  readonly #way: Way = { latency: { up: 0, down: 0 }, held: { up: false, down: false } }
  #refusing = false

  private constructor(server: Server, target: number) {
    this.#server = server
    this.port = (server.address() as { port: number }).port
    server.on('connection', client => {
      if (this.#refusing) return client.resetAndDestroy()
      const pair = new Pair(client, connect({ port: target, host: '127.0.0.1' }), this.#way)
      this.#pairs.add(pair)
      pair.onClose = () => this.#pairs.delete(pair)
    })
  }

  static open(target: number): Promise<FaultProxy> {
    // Half-open: one side that has said everything must still hear the answer to it.
    const server = createServer({ allowHalfOpen: true })
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', () => resolve(new FaultProxy(server, target)))
    })
  }

  /** Resets every connection of this moment. @returns how many */
  cut(): number {
    const cut = this.#pairs.size
    for (const pair of this.#pairs) pair.destroy()
    return cut
  }

  /** While on, no new connection is taken: those that stand go on. */
  refuse(on: boolean): void {
    this.#refusing = on
  }

  /** Added to every chunk on its way, in ms; their order stays. */
  slow(latency: Record<Direction, number>): void {
    this.#way.latency = latency
    for (const pair of this.#pairs) pair.wake()
  }

  /** While held, nothing passes in that direction, and connections stay open: the server hangs, or its answers do. */
  hold(held: Record<Direction, boolean>): void {
    this.#way.held = held
    for (const pair of this.#pairs) pair.wake()
  }

  /** Everything as it should be again. */
  heal(): void {
    this.#refusing = false
    this.slow({ up: 0, down: 0 })
    this.hold({ up: false, down: false })
  }

  /** Bytes on their way in that direction, of all connections: delayed or held. */
  waiting(direction: Direction): number {
    return [...this.#pairs].reduce((sum, pair) => sum + pair.waiting(direction), 0)
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise(resolve => this.#server.close(resolve))
  }
}

interface Way {
  latency: Record<Direction, number>
  held: Record<Direction, boolean>
}

/** A client's connection and the one to the server that was opened for it. */
class Pair {
  onClose = () => {}
  readonly #sockets: [Socket, Socket]
  readonly #lanes: Lane[]

  constructor(client: Socket, server: Socket, way: Way) {
    this.#sockets = [client, server]
    this.#lanes = [new Lane(client, server, 'up', way), new Lane(server, client, 'down', way)]
    for (const socket of this.#sockets) {
      socket.setNoDelay(true)
      socket.on('error', () => this.destroy())
      socket.on('close', () => {
        if (this.#sockets.every(s => s.destroyed)) this.onClose()
      })
    }
  }

  wake(): void {
    for (const lane of this.#lanes) lane.wake()
  }

  waiting(direction: Direction): number {
    return this.#lanes[direction === 'up' ? 0 : 1]?.bytes ?? 0
  }

  destroy(): void {
    for (const lane of this.#lanes) lane.stop()
    for (const socket of this.#sockets) socket.resetAndDestroy()
    this.onClose()
  }
}

/** Bytes that may wait in one direction before the sender is made to wait: as a socket's own buffers do. */
const WAITING = 1_048_576

/** One direction of a connection: chunks leave in the order in which they came, each no earlier than it is due. */
class Lane {
  readonly #from: Socket
  readonly #to: Socket
  readonly #direction: Direction
  readonly #way: Way
  /** `undefined` is the end of what the sender says. */
  #queue: { due: number; chunk: Buffer | undefined }[] = []
  #bytes = 0
  #timer: NodeJS.Timeout | undefined

  constructor(from: Socket, to: Socket, direction: Direction, way: Way) {
    this.#from = from
    this.#to = to
    this.#direction = direction
    this.#way = way
    from.on('data', chunk => this.#take(chunk as Buffer))
    from.on('end', () => this.#take(undefined))
    to.on('drain', () => this.wake())
  }

  get bytes(): number {
    return this.#bytes
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#queue = []
  }

  #take(chunk: Buffer | undefined): void {
    this.#queue.push({ due: performance.now() + this.#way.latency[this.#direction], chunk })
    this.#bytes += chunk?.length ?? 0
    if (this.#bytes > WAITING) this.#from.pause()
    this.wake()
  }

  /** Lets go what is due. */
  wake(): void {
    clearTimeout(this.#timer)
    while (!this.#way.held[this.#direction] && !this.#to.writableNeedDrain) {
      const first = this.#queue[0]
      if (first === undefined) return
      const wait = first.due - performance.now()
      if (wait > 0) {
        this.#timer = setTimeout(() => this.wake(), Math.ceil(wait))
        return
      }
      this.#queue.shift()
      if (first.chunk === undefined) this.#to.end()
      else this.#to.write(first.chunk)
      this.#bytes -= first.chunk?.length ?? 0
      if (this.#bytes <= WAITING) this.#from.resume()
    }
  }
}
