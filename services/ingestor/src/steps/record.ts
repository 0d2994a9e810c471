import { activitiesOf, type Identified, type Outcome, ok } from '@hotlead/beacon'
import type { Activity, Codec } from '@hotlead/contracts'
import type { Links, NewLink } from '../links.ts'
import type { NewRecord } from '../sink.ts'

export interface Written {
  /** The link first, then the event: whoever reads the event can know the lead. */
  records: NewRecord[]
  /** To be acknowledged with the records. */
  link: NewLink | undefined
}

/** The records of an event, encoded. A link that is known to stand is not written again, but for an `identify`. */
export function record(codec: Codec<Activity>, topic: string, links: Links) {
  const encoded = ({ key, value }: { key: string; value: Activity }) => ({
    topic,
    key,
    value: codec.encode(value),
  })
  return function record(identified: Identified): Outcome<Written> {
    const { link: who, type } = identified
    const { event, link } = activitiesOf(identified)
    if (!who || !link) return ok({ records: [encoded(event)], link: undefined })
    // Who says its name outright is heard even if another ingestor linked the browser to somebody else meanwhile.
    if (type !== 'identify' && links.has(who.key, who.lead))
      return ok({ records: [encoded(event)], link: undefined })
    return ok({ records: [encoded(link), encoded(event)], link: links.write(who.key, who.lead) })
  }
}
