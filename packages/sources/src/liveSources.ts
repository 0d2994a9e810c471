import type { Limit, Privacy } from '@hotlead/beacon'
import { ConfigError, type Logger } from '@hotlead/service'
import { Directory, type Grant, type Sources } from './directory.ts'
import type { Held, SourceStore } from './store.ts'
import type { WebhookSender } from './webhookSecrets.ts'

/** ms between two looks at the store. With a file, two in a row must agree: a change counts after 0.5 s to 1 s. */
const EVERY = 500
/** Looks at an empty store that others may put back, before a start is given up. */
const EMPTY_LOOKS = 4

export interface LiveOptions {
  log: Pick<Logger, 'info' | 'warn' | 'error'>
  /** Called with what is known from now on, first at the opening. */
  onChange?(directory: Directory): void
  every?: number
}

/**
 * A store's sources as this process knows them. A request asks only memory; beside it the store is looked at again and
 * again. Whatever becomes of the store (away, broken, gone), what is known goes on working, and the log says so once. To
 * a store that fell back, as Redis does after a loss or a failover, the newest that any ingestor knows is given back.
 */
export class LiveSources implements Sources {
  readonly #store: SourceStore
  readonly #log: LiveOptions['log']
  readonly #onChange: (directory: Directory) => void
  readonly #every: number
  #directory: Directory
  #held: Held
  /** Of what was read last, or found broken; null: nothing was looked at since the opening. */
  #mark: string | undefined | null = null
  /** What is wrong with the store at present. */
  #problem: string | undefined
  /** It did not answer at the last look, so an unchanged mark alone does not say that all is well. */
  #isAway = false
  #currentAt = performance.now()
  #timer: NodeJS.Timeout | undefined
  #closed = false
  #used = new Map<string, number>()

  private constructor(store: SourceStore, held: Held, { log, onChange, every }: LiveOptions) {
    this.#store = store
    this.#log = log
    this.#onChange = onChange ?? (() => {})
    this.#every = every ?? EVERY
    this.#held = held
    this.#directory = new Directory(held.settings)
    this.#onChange(this.#directory)
    this.#next()
  }

  /**
   * @throws ConfigError where the store holds nothing or nonsense: an edge that knew no key would answer 401, after which
   * SDKs throw their events away; any other error where it cannot be reached
   */
  static async open(store: SourceStore, options: LiveOptions): Promise<LiveSources> {
    for (let look = 0; look < (store.restore ? EMPTY_LOOKS : 1); look++) {
      if (look > 0) await new Promise(resolve => setTimeout(resolve, options.every ?? EVERY))
      const held = await store.read()
      if (held) return new LiveSources(store, held, options)
    }
    throw new ConfigError([
      `HOTLEAD_SOURCES: ${store.place} holds no sources: \`hotlead key create\` makes the first key, \`hotlead sources import\` brings those of a file`,
    ])
  }

  find(key: string): Grant | undefined {
    return this.#directory.find(key)
  }

  knowsOrigin(origin: string): boolean {
    return this.#directory.knowsOrigin(origin)
  }

  sender(name: string): WebhookSender | undefined {
    return this.#directory.sender(name)
  }

  quotaOf(workspace: string): Limit | undefined {
    return this.#directory.quotaOf(workspace)
  }

  privacyOf(workspace: string, source: string): Privacy {
    return this.#directory.privacyOf(workspace, source)
  }

  used(key: string): void {
    this.#used.set(key, Date.now())
  }

  /** When the keys that were used since the last call were used last, in ms since 1970, by their ids. */
  takeUsed(): ReadonlyMap<string, number> {
    const used = this.#used
    this.#used = new Map()
    return used
  }

  get keys(): number {
    return this.#directory.keys
  }

  /** Seconds since what is known was last found to be what the store holds. */
  get behind(): number {
    return (performance.now() - this.#currentAt) / 1_000
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  #next(): void {
    if (this.#closed) return
    this.#timer = setTimeout(async () => {
      await this.#look()
      this.#next()
    }, this.#every)
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    let mark: string | undefined
    try {
      mark = await this.#store.mark()
      if (mark === this.#mark && !this.#isAway) {
        if (this.#problem === undefined) this.#currentAt = performance.now()
        return
      }
      const held = await this.#store.read()
      this.#isAway = false
      if (this.#store.restore && (held?.writtenAt ?? 0) < (this.#held.writtenAt ?? 0))
        return await this.#giveBack(held)
      this.#mark = mark
      if (held === undefined) return this.#wrong('is not there any more')
      this.#take(held)
    } catch (error) {
      const isBroken = error instanceof ConfigError
      if (isBroken) this.#mark = mark
      this.#isAway = !isBroken
      this.#wrong(
        isBroken
          ? `is broken (${error.problems.join('; ')})`
          : `cannot be reached (${(error as Error).message})`,
      )
    }
  }

  /** Several ingestors may do so at once: the first one's write stands, and one that knows more comes after it. */
  async #giveBack(held: Held | undefined): Promise<void> {
    if (await this.#store.restore?.(this.#held, held?.version))
      this.#log.warn(
        { keys: this.#directory.keys },
        `sources: ${this.#store.place} had ${held ? 'fallen back to an earlier time' : 'lost them'}: the newest that are known were put back`,
      )
  }

  #take(held: Held): void {
    const isNew = held.version !== this.#held.version
    this.#held = held
    this.#currentAt = performance.now()
    if (this.#problem !== undefined) this.#log.info(`sources: ${this.#store.place} is as it should be again`)
    this.#problem = undefined
    if (!isNew) return
    this.#directory = new Directory(held.settings)
    this.#onChange(this.#directory)
    this.#log.info({ keys: this.#directory.keys }, `sources: ${this.#store.place} has changed`)
  }

  #wrong(what: string): void {
    const problem = `sources: ${this.#store.place} ${what}`
    if (problem === this.#problem) return
    this.#problem = problem
    this.#log.error(
      `${problem}: the ${this.#directory.keys} keys that are known go on working, changes do not count`,
    )
  }
}
