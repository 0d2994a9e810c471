import { Agent, request } from 'node:http'
import type { Request } from './request.ts'

/** ms without an answer after which an SDK gives a request up and sends it again. */
const ANSWER_WITHIN = 8_000
/** ms before the first retry; doubled each time up to the second. */
const PAUSE = [100, 1_500] as const
/** Requests under way at one time; what comes beyond waits its turn, and the load goes on making more. */
const UNDER_WAY = 200

/**
 * Sends requests as SDKs do: until one is answered 2xx, each time to another ingestor, under the same event ids. What
 * was not answered may be in the log.
 */
export class Sender {
  readonly #urls: URL[]
  readonly #agents: Agent[]
  readonly #onAcked: (request: Request, sent: number) => void
  readonly #onBroken: (why: string) => void
  #waiting: Request[] = []
  #underWay = 0
  #turn = 0
  #idle: (() => void)[] = []
  retries = 0

  constructor(
    urls: string[],
    onAcked: (request: Request, sent: number) => void,
    onBroken: (why: string) => void,
  ) {
    this.#urls = urls.map(u => new URL(u))
    this.#agents = urls.map(() => new Agent({ keepAlive: true, maxSockets: UNDER_WAY }))
    this.#onAcked = onAcked
    this.#onBroken = onBroken
  }

  send(one: Request): void {
    this.#waiting.push(one)
    this.#pump()
  }

  /** Resolves once everything is acknowledged. */
  idle(): Promise<void> {
    if (this.#underWay === 0 && this.#waiting.length === 0) return Promise.resolve()
    return new Promise(resolve => this.#idle.push(resolve))
  }

  #pump(): void {
    while (this.#underWay < UNDER_WAY) {
      const one = this.#waiting.shift()
      if (!one) break
      this.#underWay++
      void this.#untilAcked(one).then(() => {
        this.#underWay--
        this.#pump()
      })
    }
    if (this.#underWay === 0) for (const resolve of this.#idle.splice(0)) resolve()
  }

  async #untilAcked(one: Request): Promise<void> {
    let pause: number = PAUSE[0]
    const first = this.#turn++
    for (let sent = 1; ; sent++) {
      const answer = await this.#post(one, (first + sent) % this.#urls.length)
      if (typeof answer === 'object' && answer.status < 300) return this.#onAcked(one, sent)
      // Bad requests are never sent here: one that is refused is a fault of the load or of the ingestor.
      if (typeof answer === 'object' && answer.status < 500 && answer.status !== 429)
        return this.#onBroken(`${one.path} was answered ${answer.status}: ${answer.body.slice(0, 500)}`)
      this.retries++
      await new Promise(resolve => setTimeout(resolve, pause))
      pause = Math.min(pause * 2, PAUSE[1])
    }
  }

  #post(one: Request, to: number): Promise<{ status: number; body: string } | string> {
    const { hostname, port } = this.#urls[to] as URL
    const body = one.body(Date.now())
    return new Promise(resolve => {
      const sent = request({
        hostname,
        port,
        method: 'POST',
        path: one.path,
        agent: this.#agents[to] as Agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': one.userAgent,
          'x-write-key': one.key,
        },
        signal: AbortSignal.timeout(ANSWER_WITHIN),
      })
      sent.on('error', error => resolve(error.message))
      sent.on('response', answer => {
        let text = ''
        answer.on('data', chunk => (text += chunk))
        // A connection cut in the middle of an answer: nothing is known.
        answer.on('error', error => resolve(error.message))
        answer.on('end', () => resolve({ status: answer.statusCode as number, body: text }))
      })
      sent.end(body)
    })
  }
}
