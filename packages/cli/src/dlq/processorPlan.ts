import type { Activity } from '@hotlead/contracts'
import { idOf, type Mark, RETRY_HEADER } from './evidence.ts'
import type { WholeLetter } from './letter.ts'
import { MARGIN, type Plan, type Refusal, refusal } from './plan.ts'
import { positionText } from './position.ts'

export interface ProcessorPlanOptions {
  /** Full names of topics. */
  topics: { activity: string; scores: string }
  partitions: number
  /** @throws where nobody can read it, or where the registry does not answer */
  decode(value: Buffer): Promise<Activity>
  /** Whether an error means that nobody can read the bytes, and not that a server is away. */
  isUnreadable(error: unknown): boolean
}

/** Takes records that scorer or tiering could not read back to where they were: the very bytes, key and headers. */
export function processorPlans(o: ProcessorPlanOptions): (letter: WholeLetter) => Promise<Plan | Refusal> {
  return async function processorPlan(letter) {
    const { origin, record } = letter
    if (origin?.topic === o.topics.scores)
      return refusal(
        letter,
        'snapshot',
        'scores holds whole leads: an older snapshot at its end would put the lead back to what it was then',
        'The lead’s next activity brings a newer one, and a published model all of them. Then `hotlead dlq purge` it.',
      )
    if (origin?.topic !== o.topics.activity || !(origin.partition < o.partitions))
      return refusal(
        letter,
        'foreign',
        'it does not come from activity of this installation',
        'Look with `hotlead dlq show` at where it comes from; HOTLEAD_TOPIC_PREFIX says which installation this is.',
      )
    let activity: Activity
    try {
      activity = await o.decode(record.value as Buffer)
    } catch (error) {
      if (!o.isUnreadable(error)) throw error
      return refusal(
        letter,
        'undecodable',
        `it cannot be read still: ${(error as Error).message}`,
        'Its schema must be in the registry: register it, or find out who writes to activity. Else `hotlead dlq purge` it.',
      )
    }
    const mark = markOf(record.key, activity)
    if (typeof mark === 'string') return refusal(letter, activity.kind, ...WHY_NOT[mark])
    const { partition, offset } = origin
    const said = activity.event ?? activity.followUp ?? activity.outcome
    return {
      kind: 'plan',
      letter,
      record: {
        key: record.key,
        ...(record.keyBytes === undefined ? {} : { keyBytes: record.keyBytes }),
        value: record.value,
        headers: { ...ownHeaders(letter), [RETRY_HEADER]: positionText(letter) },
        partition,
      },
      activity,
      mark,
      links: [],
      cameAt: letter.at,
      // Who sent it may have sent it before as well, in another record: there it is known by its id.
      lookFrom: said ? { time: Math.min(said.at, letter.at) - MARGIN } : { offset: offset + 1 },
    }
  }
}

type Never = 'control' | 'recount' | 'tick'
const WHY_NOT: Record<Never, [problem: string, next: string]> = {
  control: [
    'it made a model active at its place in the log, and sent again it would make it active now',
    '`hotlead model history` shows what is active, `hotlead model publish FILE` changes it. Then `hotlead dlq purge` it.',
  ],
  recount: [
    'it belongs to one publication of a model, which went on without it',
    'Publish that model again with --replay. Then `hotlead dlq purge` it.',
  ],
  tick: ['it only moved the clock, which others have moved on', '`hotlead dlq purge` it.'],
}

function markOf(key: string, activity: Activity): Mark | Never {
  const { via, link, kind } = activity
  if (kind === 'control' || kind === 'recount' || kind === 'tick') return kind
  if (via) return { kind: 'sentOn', key, ...via }
  if (link) return { kind: 'link', key, lead: link.lead }
  return { kind: 'id', key, id: idOf(activity) ?? '' }
}

/** Without what burying it added. */
function ownHeaders({ record: { headers = {} } }: WholeLetter) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('dlq-')))
}
