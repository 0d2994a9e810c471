import { readFileSync } from 'node:fs'
import { BATCH, type EventType, type Format, type Limit, PRIVACY, SINGLE } from '@hotlead/beacon'
import {
  type Activity,
  Codec,
  type Codecs,
  type Control,
  type HotLead,
  keyOf,
  type Lead,
  leadSubject,
  NO_ACTIVITY,
  PARTITION_KEY,
  type Score,
  type Transition,
  topicNames,
} from '@hotlead/contracts'
import { type Model, parseModel, whole } from '@hotlead/model'
import { scoring, tiering } from '@hotlead/processors'
import { TestDriver } from '@hotlead/stream'
import { UnknownModelError } from '../../packages/host/src/modelStore.ts'
import { followUps } from '../../services/ingestor/src/followUp.ts'
import { forgetting } from '../../services/ingestor/src/forget.ts'
import { Links } from '../../services/ingestor/src/links.ts'
import { outcomes } from '../../services/ingestor/src/outcomes.ts'
import { type PipelineOptions, pipeline } from '../../services/ingestor/src/pipeline.ts'
import { demoSources } from '../../services/ingestor/src/sources.ts'
import { scorerTopology } from '../../services/scorer/src/topology.ts'
import { tieringTopology } from '../../services/tiering/src/topology.ts'

/** A Monday noon, UTC. */
export const NOON = Date.UTC(2026, 0, 5, 12)
export const DAY = 86_400_000

export const SECRET = 'of the workspace'
const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

/** Published models; what `publish` writes is found at the first record that names it, as in the real store. */
class Models {
  readonly #topic: Model[] = []
  readonly #read = new Map<string, Model>()

  add(model: Model): void {
    this.#topic.push(model)
  }
  get latest(): Model {
    return this.#topic.at(-1) as Model
  }
  get(version: string): Model | undefined {
    return this.#read.get(version)
  }
  need(version: string): Model {
    const model = this.get(version)
    if (!model) throw new UnknownModelError(version)
    return model
  }
  async refresh(): Promise<void> {
    for (const model of this.#topic) this.#read.set(model.version, model)
  }
}

/** Of one lead or visitor; undefined: none. */
interface Limits {
  hotKey?: Limit
  pages?: Limit
}

/**
 * The whole path without servers: the ingestor's steps, both processors on the kernel's own driver, the real codecs.
 * Only HTTP, Kafka, Redis and the registry are missing.
 */
export class InMemory {
  readonly driver: TestDriver
  readonly codecs: Codecs
  readonly #topics = topicNames()
  readonly #models = new Models()
  readonly #ingest: ReturnType<typeof pipeline>
  readonly #followUp: ReturnType<typeof followUps>
  readonly #outcome: ReturnType<typeof outcomes>
  readonly #forget: ReturnType<typeof forgetting>

  private constructor(partitions: number, limits: Limits) {
    const names = ['activity', 'scores', 'tiers', 'hot-leads', 'models', 'standing'] as const
    this.codecs = Object.fromEntries(
      names.map((name, id) => [name, new Codec(name, id)]),
    ) as unknown as Codecs
    const parts = { codecs: this.codecs, models: this.#models, topics: this.#topics }
    this.driver = new TestDriver({ partitions, now: NOON })
      .add(scoring(this.#models), scorerTopology(parts, ''))
      .add(tiering(this.#models), tieringTopology(parts, ''))
    const sink: PipelineOptions['sink'] = {
      bytes: 0,
      unhealthy: () => undefined,
      submit: async records => {
        const { cluster } = this.driver
        for (const r of records) cluster.append(r.topic, cluster.partitionOf(r.key), r)
        return 'acked'
      },
    }
    const sources = demoSources()
    const shared = { sources, secret: SECRET, codec: this.codecs.activity, sink }
    this.#ingest = pipeline({
      ...shared,
      topics: { activity: this.#topics.activity, deadLetter: this.#topics['dead-letter'] },
      links: new Links(),
      quotas: { take: () => 0 },
      hotKey: limits.hotKey,
      pages: limits.pages,
      count: {
        accepted() {},
        ignored() {},
        deadLettered() {},
        refused() {},
        hot() {},
        tooFast() {},
        optedOut() {},
        noConsent() {},
      },
    })
    this.#followUp = followUps({ ...shared, topic: this.#topics.activity })
    this.#outcome = outcomes({ ...shared, topic: this.#topics.activity })
    this.#forget = forgetting({ ...shared, topic: this.#topics.activity })
  }

  /** With a model that is active: one that ships, by its name, or any by its text. */
  static async open(model = 'default', partitions = 3, limits: Limits = {}): Promise<InMemory> {
    const all = new InMemory(partitions, limits)
    await all.publish(model.includes('\n') ? model : shipped(model))
    return all
  }

  /** The active model. */
  get model(): Model {
    return this.#models.latest
  }

  get clock(): number {
    return this.driver.cluster.clock
  }

  /** Makes a model the workspace's active one, by a control record in every partition. */
  async publish(source: string, options: { announce?: boolean } = {}): Promise<Model> {
    const model = this.add(source)
    await this.control({ model: model.version, announce: options.announce ?? false })
    return model
  }

  /** A control record in every partition. */
  async control(said: Pick<Control, 'model'> & Partial<Control>): Promise<void> {
    const control = { workspace: 'demo', announce: false, recount: null, ...said }
    const value = this.codecs.activity.encode({ ...NO_ACTIVITY, kind: 'control', control })
    for (let p = 0; p < this.driver.cluster.partitions; p++)
      this.driver.cluster.append(this.#topics.activity, p, { key: PARTITION_KEY, value })
    await this.driver.run()
  }

  /** Writes a model to `models`; nobody scores by it yet. */
  add(source: string): Model {
    const parsed = parseModel(source)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    this.#models.add(parsed.model)
    return parsed.model
  }

  /** Puts a beacon into the log and runs everything. Gives `ok` or what a client is told. A body as text names its own key. */
  async send(type: EventType | 'batch' | Format, body: object | string, userAgent = CHROME): Promise<string> {
    const said = await this.write(type, body, userAgent)
    await this.driver.run()
    return said
  }

  /** The same from a server, by a secret key. */
  async sendSigned(type: EventType | 'batch', body: object): Promise<string> {
    const said = await this.writeSigned(type, body)
    await this.driver.run()
    return said
  }

  /** Puts it into the log; nothing is folded yet. */
  writeSigned(type: EventType | 'batch', body: object): Promise<string> {
    return this.write(type, body, CHROME, this.clock, 'sk_demo')
  }

  /** Puts a beacon into the log; nothing is folded yet. */
  async write(
    type: EventType | 'batch' | Format,
    body: object | string,
    userAgent = CHROME,
    receivedAt = this.clock,
    key: 'wk_demo' | 'sk_demo' = 'wk_demo',
  ): Promise<string> {
    const outcome = await this.#ingest({
      format: typeof type === 'object' ? type : type === 'batch' ? BATCH : SINGLE[type],
      key: typeof body === 'string' ? undefined : key,
      // Browsers alone have one, and no secret key.
      origin: key === 'wk_demo' ? 'http://localhost:8000' : undefined,
      userAgent,
      address: '192.0.2.1',
      encoding: undefined,
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
      receivedAt,
    })
    return outcome.kind === 'ok' ? 'ok' : `${outcome.reason}: ${outcome.problems.join('; ')}`
  }

  /** What a mail provider tells, as if its signature had been checked. Gives `ok` or what the provider is told. */
  async webhook(format: Format, body: unknown): Promise<string> {
    const outcome = await this.#ingest({
      format,
      key: undefined,
      source: {
        workspace: 'demo',
        name: 'mail',
        secret: true,
        origins: new Set(),
        names: new Map(),
        key: '',
        limits: { key: undefined, workspace: undefined },
        privacy: PRIVACY,
      },
      origin: undefined,
      userAgent: undefined,
      address: '192.0.2.1',
      encoding: undefined,
      body: Buffer.from(JSON.stringify(body)),
      receivedAt: this.clock,
    })
    await this.driver.run()
    return outcome.kind === 'ok' ? 'ok' : `${outcome.reason}: ${outcome.problems.join('; ')}`
  }

  /** Sales writes down that it called. */
  async call(lead: string, id = `call-${this.clock}`): Promise<void> {
    const body = Buffer.from(JSON.stringify({ id, channel: 'phone', result: 'continue', who: 'Bea' }))
    const outcome = await this.#followUp({
      key: 'sk_demo',
      origin: undefined,
      lead,
      body,
      receivedAt: this.clock,
    })
    if (outcome.kind !== 'ok') throw new Error(outcome.problems.join('; '))
    await this.driver.run()
  }

  /** A lead is to be forgotten; nothing is folded yet. */
  async writeForget(lead: string, receivedAt = this.clock, of?: string): Promise<void> {
    const asked = { key: 'sk_demo', origin: undefined, lead: this.subject(lead), of, receivedAt }
    const said = await this.#forget(asked)
    if (said.kind !== 'ok') throw new Error(said.problems.join('; '))
  }

  async forget(lead: string): Promise<void> {
    await this.writeForget(lead)
    await this.driver.run()
  }

  /** A record of `activity`; nothing is folded yet. */
  append(key: string, activity: Activity): void {
    const { cluster } = this.driver
    cluster.append(this.#topics.activity, cluster.partitionOf(key), {
      key,
      value: this.codecs.activity.encode(activity),
    })
  }

  /** Sales tells what became of a lead. */
  async tell(lead: string, outcome: string, at = this.clock): Promise<void> {
    const body = Buffer.from(JSON.stringify({ lead, outcome, at }))
    const said = await this.#outcome({ key: 'sk_demo', origin: undefined, body, receivedAt: this.clock })
    if (said.kind !== 'ok') throw new Error(said.problems.join('; '))
    await this.driver.run()
  }

  /** Latest snapshot of a subject: `v:…`, `user:…` for a user id, or an e-mail address. */
  score(who: string): Score & { lead: Lead } {
    const key = this.key(who)
    const latest = this.driver.read(this.#topics.scores).findLast(r => r.key === key)
    if (!latest?.value) throw new Error(`no snapshot of ${who}`)
    return this.codecs.scores.decode(latest.value) as Score & { lead: Lead }
  }

  /** The log as it stands, in order within a partition. */
  activities(): Activity[] {
    return this.driver.read(this.#topics.activity).map(r => this.codecs.activity.decode(r.value as Buffer))
  }

  knows(who: string): boolean {
    return this.driver.read(this.#topics.scores).some(r => r.key === this.key(who))
  }

  /** Count per signal, of all time. */
  counts(who: string): Record<string, number> {
    return Object.fromEntries(
      whole(this.score(who).lead).signals.map(s => [
        s.name,
        s.older + s.buckets.reduce((sum, b) => sum + b.count, 0),
      ]),
    )
  }

  transitions(who: string): Transition[] {
    const key = this.key(who)
    const records = this.driver.read(this.#topics.tiers).filter(r => r.key === key)
    return records.map(r => this.codecs.tiers.decode(r.value as Buffer))
  }

  /** `COLD→HOT` for each transition, in order. */
  moves(who: string): string[] {
    return this.transitions(who).map(t => `${t.from}→${t.to}`)
  }

  hot(): (HotLead & { id: string })[] {
    return this.driver
      .read(this.#topics['hot-leads'])
      .map(r => ({ ...this.codecs['hot-leads'].decode(r.value as Buffer), id: String(r.headers?.ce_id) }))
  }

  subject(who: string): string {
    if (who.startsWith('v:')) return who
    return leadSubject(SECRET, who.startsWith('user:') ? { userId: who.slice(5) } : { email: who })
  }

  key(who: string): string {
    return keyOf('demo', this.subject(who))
  }
}

/** Text of a model that ships. */
export function shipped(name: string): string {
  return readFileSync(new URL(`../../models/${name}.yaml`, `file://${__filename}`), 'utf8')
}

export function page(anonymousId: string, path: string, rest: object = {}) {
  return { type: 'page', anonymousId, properties: { url: `https://www.example.com${path}` }, ...rest }
}

export function form(anonymousId: string, email?: string, rest: object = {}) {
  return { type: 'track', event: 'Form Submitted', anonymousId, properties: email ? { email } : {}, ...rest }
}

/** Ten pages, the price page twice among them. */
export function visit(anonymousId: string) {
  const paths = [
    '/',
    '/about',
    '/pricing',
    '/blog/a',
    '/blog/b',
    '/team',
    '/pricing',
    '/blog/c',
    '/blog/d',
    '/contact',
  ]
  return paths.map(path => page(anonymousId, path))
}
