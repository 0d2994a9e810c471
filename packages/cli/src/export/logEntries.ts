import {
  type Activity,
  type Codec,
  type HotLead,
  keyOf,
  type Score,
  type Subject,
  splitKey,
  type Transition,
  UndecodableError,
} from '@hotlead/contracts'
import { partitionOf } from '@hotlead/kafka'
import type { CliConfig } from '../config.ts'
import { decode } from '../registry.ts'
import { Copies } from './copies.ts'
import type { KeyedLog, Placed, ReadTopic } from './keyedLog.ts'
import { masked } from './masked.ts'
import type { Owner, Ownership } from './ownership.ts'

/** One record as it stands in the document, and when it was written, ms since 1970. */
export interface Entry {
  at: number
  entry: object
}

export interface Codecs {
  activity: Codec<Activity>
  scores: Codec<Score>
  tiers: Codec<Transition>
  'hot-leads': Codec<HotLead>
}

/** What the log has of one lead: under its own key, and under those of its visitors and user ids as far as it is the lead's. */
export class LogEntries {
  /** Records of activity that were left out, since they are there already as what they are copies of. */
  copies = 0
  /** Left out because the log no longer tells whose they are. */
  unsure = 0
  readonly #config: CliConfig
  readonly #log: KeyedLog
  readonly #codecs: Codecs
  readonly #ownership: Ownership
  readonly #keys: ReadonlySet<string>
  /** Those of its keys; its own is the last, so that whatever it has a copy of was read before. */
  readonly #partitions: readonly number[]
  readonly #onProgress: () => void

  /** @param subjects its own among them */
  constructor(o: {
    config: CliConfig
    log: KeyedLog
    codecs: Codecs
    ownership: Ownership
    workspace: string
    subjects: readonly Subject[]
    onProgress(): void
  }) {
    this.#config = o.config
    this.#log = o.log
    this.#codecs = o.codecs
    this.#ownership = o.ownership
    this.#onProgress = o.onProgress
    this.#keys = new Set(o.subjects.map(s => keyOf(o.workspace, s)))
    this.#partitions = inOrder(o.workspace, o.subjects, o.ownership.lead, o.config.HOTLEAD_PARTITIONS)
  }

  /** How many records are read for it, whoever's. */
  get size(): number {
    const topics: ReadTopic[] = ['activity', 'scores', 'tiers', 'hot-leads']
    return topics.reduce((sum, topic) => sum + this.#log.size(topic, this.#partitions), 0)
  }

  async *activity(): AsyncGenerator<Entry> {
    const copies = new Copies(this.#ownership.lead)
    for await (const { placed, subject } of this.#records('activity')) {
      const { offset, timestamp: at } = placed.record
      const activity = await this.#read('activity', placed)
      if (activity?.link) this.#ownership.noteLink(subject, { offset, at, lead: activity.link.lead })
      const owner = this.#ownership.of(subject, { offset, at })
      if (owner === 'unsure') this.unsure++
      if (owner !== 'own') continue
      if (activity && !copies.isFirst(subject, offset, activity)) {
        this.copies++
        continue
      }
      yield entryOf(placed, subject, activity && saidBy(activity))
    }
  }

  async *scores(): AsyncGenerator<Entry> {
    for await (const { placed, subject } of this.#records('scores')) {
      const score = await this.#read('scores', placed)
      const when = { at: score?.clock ?? placed.record.timestamp }
      const alias = score?.lead?.alias
      const owner = alias ? this.#ownership.of(alias, when) : this.#ownership.ofPast(subject, when)
      if (subject === this.#ownership.lead || owner === 'own')
        yield entryOf(placed, subject, score && { score: masked(score, this.#ownership) })
    }
  }

  tiers(): AsyncGenerator<Entry> {
    return this.#ofPast('tiers', 'transition')
  }

  hotLeads(): AsyncGenerator<Entry> {
    return this.#ofPast('hot-leads', 'announcement')
  }

  /** A visitor has a tier before it is somebody's, and none from then on. */
  async *#ofPast(topic: 'tiers' | 'hot-leads', name: string): AsyncGenerator<Entry> {
    for await (const { placed, subject } of this.#records(topic)) {
      const owner: Owner = this.#ownership.ofPast(subject, { at: placed.record.timestamp })
      if (owner !== 'own') continue
      const value = await this.#read(topic, placed)
      yield entryOf(placed, subject, value && { [name]: value })
    }
  }

  async *#records(topic: ReadTopic): AsyncGenerator<{ placed: Placed; subject: Subject }> {
    const isWanted = (key: string) => this.#keys.has(key)
    for await (const placed of this.#log.records(topic, this.#partitions, isWanted, this.#onProgress))
      yield { placed, subject: splitKey(placed.record.key).subject }
  }

  /** Undefined where nobody can read it. @throws where the registry does not answer */
  async #read<T extends keyof Codecs>(topic: T, { record }: Placed) {
    try {
      return (await decode(
        this.#config,
        this.#codecs[topic] as Codec<unknown>,
        record.value as Buffer,
      )) as ReturnType<Codecs[T]['decode']>
    } catch (error) {
      if (error instanceof UndecodableError) return undefined
      throw error
    }
  }
}

/** The partitions of subjects' keys: those of visitors, then those of user ids, then the lead's. */
function inOrder(
  workspace: string,
  subjects: readonly Subject[],
  lead: Subject,
  partitions: number,
): number[] {
  const order = new Map<number, number>()
  for (const subject of subjects) {
    const partition = partitionOf(keyOf(workspace, subject), partitions)
    const rank = subject === lead ? 2 : subject.startsWith('l:') ? 1 : 0
    order.set(partition, Math.max(rank, order.get(partition) ?? 0))
  }
  return [...order].sort(([a, x], [b, y]) => x - y || a - b).map(([partition]) => partition)
}

/** The one field of an activity that is set. */
function saidBy(activity: Activity): object {
  const { kind, via } = activity
  return { kind, ...(via ? { via } : {}), [kind]: activity[kind] }
}

function entryOf({ partition, record }: Placed, subject: Subject, said: object | undefined): Entry {
  const { offset, timestamp: at, value } = record
  const place = { partition, offset, at: new Date(at).toISOString(), subject }
  return { at, entry: { ...place, ...(said ?? { unreadable: (value as Buffer).toString('base64') }) } }
}
