import type { Installation } from '@hotlead/testkit'

/** ms between two rounds: some 250 events a second, so that every batch has something of everything. */
const ROUND = 50
const STEADY = 40
/** Rounds after which a buyer gives an address: the visitor's past is merged into the lead. */
const KNOWN_AFTER = 5

/**
 * A load that goes on whatever dies: each batch is sent again, under the same ids, until it is acknowledged, as every
 * SDK does. In each round steady visitors view pages, one buyer becomes HOT, and an earlier buyer becomes known.
 */
export class RetryingFeed {
  readonly #hot: Installation
  #round = 0
  #views = 0
  #running = true
  #paused = false
  readonly #loop: Promise<void>

  constructor(hot: Installation) {
    this.#hot = hot
    this.#loop = this.#run()
  }

  /** Page views that are acknowledged. */
  get views(): number {
    return this.#views
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
  }

  /** Resolves once all that was sent is acknowledged. */
  async stop(): Promise<void> {
    this.#running = false
    await this.#loop
  }

  async #run(): Promise<void> {
    while (this.#running) {
      if (!this.#paused) {
        const batch = round(this.#round++)
        if (await this.#send(batch)) this.#views += batch.filter(e => e.type === 'page').length
      }
      await new Promise(resolve => setTimeout(resolve, ROUND))
    }
  }

  async #send(batch: object[]): Promise<true> {
    for (;;) {
      const status = await fetch(`${this.#hot.env.HOTLEAD_URL}/v1/batch`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-write-key': 'sk_demo' },
        body: JSON.stringify({ batch }),
      }).then(
        async answer => {
          await answer.arrayBuffer()
          return answer.status
        },
        () => 0,
      )
      if (status === 200) return true
      if (status >= 400 && status < 500) throw new Error(`the feed was answered ${status}`)
      await new Promise(resolve => setTimeout(resolve, ROUND))
    }
  }
}

interface Event {
  type: string
}

function round(n: number): Event[] {
  const events: Event[] = []
  let id = 0
  const by = (anonymousId: string, type: string, more: object) =>
    events.push({ type, anonymousId, messageId: `${n}-${id++}`, ...more } as Event)
  for (let i = 0; i < 8; i++)
    by(`steady-${(n * 8 + i) % STEADY}`, 'page', { properties: { path: `/blog/${n}` } })
  const buyer = `buyer-${n}`
  for (let i = 0; i < 2; i++) by(buyer, 'page', { properties: { path: '/pricing' } })
  by(buyer, 'track', { event: 'Form Submitted' })
  const known = n - KNOWN_AFTER
  if (known >= 0) {
    by(`buyer-${known}`, 'identify', {
      userId: `user-${known}`,
      traits: { email: `buyer-${known}@example.com` },
    })
    by(`buyer-${known}`, 'page', { userId: `user-${known}`, properties: { path: '/pricing' } })
  }
  return events
}
