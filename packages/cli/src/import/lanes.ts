import { type Batch, Batches } from '../replay/batches.ts'

export interface LanesOptions<E> {
  /** Batches under way at one time. */
  lanes: number
  /** Events of anyone in a batch. */
  maxOfOne: number
  /** Resolves when it is taken; false: stopped. */
  send(events: E[]): Promise<boolean>
  /** The edge has acknowledged it. */
  taken(batch: Batch<E>): void
}

interface Lane<E> {
  /** Being collected. */
  readonly open: Batches<E>
  flight: Batch<E> | undefined
  sending: Promise<void>
}

/**
 * Sends several batches at one time and yet everyone's events in their order: an event goes into the lane in which one about
 * the same lead or visitor still waits or is under way, and a lane sends one batch after the other. An event that ties two
 * lanes together waits until both are empty. In memory: per lane three batches of at most 250 KB.
 *
 * One caller at a time.
 */
export class Lanes<E> {
  readonly #options: LanesOptions<E>
  readonly #lanes: readonly Lane<E>[]
  #isStopped = false
  #failure: { error: unknown } | undefined

  constructor(options: LanesOptions<E>) {
    this.#options = options
    this.#lanes = Array.from({ length: options.lanes }, () => ({
      open: new Batches<E>(options.maxOfOne),
      flight: undefined,
      sending: Promise.resolve(),
    }))
  }

  /** @param about the leads and visitors that it is about @returns false where sending was stopped @throws what `send` threw */
  async add(event: E, about: readonly string[], line: number): Promise<boolean> {
    const lane = await this.#laneOf(about)
    const full = lane.open.add(event, about, line)
    if (full) {
      await lane.sending
      this.#send(lane, full)
    }
    return this.#goesOn()
  }

  /** Sends all that is there, and waits for it. Returns and throws as `add` does. */
  async drain(): Promise<boolean> {
    await Promise.all(this.#lanes.map(lane => this.#empty(lane)))
    return this.#goesOn()
  }

  /** Waits for what is under way, and sends nothing more by itself. */
  async settled(): Promise<void> {
    await Promise.all(this.#lanes.map(lane => lane.sending))
  }

  async #laneOf(about: readonly string[]): Promise<Lane<E>> {
    const holds = ({ open, flight }: Lane<E>) => about.some(who => open.has(who) || flight?.about.has(who))
    const busy = this.#lanes.filter(holds)
    if (busy.length === 1) return busy[0] as Lane<E>
    if (busy.length > 1) await Promise.all(busy.map(lane => this.#empty(lane)))
    // The fullest of those that can send at once: few large batches cost less than many small ones.
    const idle = this.#lanes.filter(lane => !lane.flight)
    const order = (a: Lane<E>, b: Lane<E>) => (idle.length > 0 ? -1 : 1) * (a.open.size - b.open.size)
    return (idle.length > 0 ? idle : [...this.#lanes]).sort(order)[0] as Lane<E>
  }

  async #empty(lane: Lane<E>): Promise<void> {
    await lane.sending
    const rest = lane.open.take()
    if (!rest) return
    this.#send(lane, rest)
    await lane.sending
  }

  #send(lane: Lane<E>, batch: Batch<E>): void {
    if (this.#isStopped || this.#failure) return
    lane.flight = batch
    lane.sending = this.#options
      .send(batch.events)
      .then(isTaken => {
        if (isTaken) this.#options.taken(batch)
        else this.#isStopped = true
      })
      .catch(error => {
        this.#failure ??= { error }
      })
      .finally(() => {
        lane.flight = undefined
      })
  }

  #goesOn(): boolean {
    if (this.#failure) throw this.#failure.error
    return !this.#isStopped
  }
}
