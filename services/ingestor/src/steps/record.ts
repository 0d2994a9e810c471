import { activitiesOf, type Identified, type Outcome, ok } from '@hotlead/beacon'
import type { Activity, Codec, Flag } from '@hotlead/contracts'
import type { Links, NewLink } from '../links.ts'
import type { NewRecord } from '../sink.ts'

export interface Written {
  /** The links first, then the event: whoever reads the event can know the lead. */
  records: NewRecord[]
  /** To be acknowledged with the records. */
  links: NewLink[]
  /** Of the event. */
  flags: readonly Flag[]
}

/** The records of an event, encoded. A link that is known to stand is not written again, but for an `identify`. */
export function record(codec: Codec<Activity>, topic: string, links: Links) {
  const encoded = ({ key, value }: { key: string; value: Activity }) => ({
    topic,
    key,
    value: codec.encode(value),
  })
  return function record(identified: Identified): Outcome<Written> {
    const activities = activitiesOf(identified)
    const records: NewRecord[] = []
    const written: NewLink[] = []
    for (const [i, { key, lead }] of identified.links.entries()) {
      // Who says its name outright is heard even if another ingestor linked the browser to somebody else meanwhile.
      if (identified.type !== 'identify' && links.has(key, lead)) continue
      records.push(encoded(activities.links[i] as (typeof activities.links)[number]))
      written.push(links.write(key, lead))
    }
    records.push(encoded(activities.event))
    return ok({ records, links: written, flags: identified.flags })
  }
}
