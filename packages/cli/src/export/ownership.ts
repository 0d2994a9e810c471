import type { Subject } from '@hotlead/contracts'

/** What the scorer's state says of a visitor or user id: the lead that it is now, and the one that its past went to, if another. */
export interface Linked {
  alias: Subject | null
  pastWith: Subject | null
}

/** When something was: by its place in the subject's own partition where that is known, else by the log's clock (ms since 1970). */
export interface When {
  at: number
  offset?: number
}

/** `unsure`: the log no longer tells. */
export type Owner = 'own' | 'others' | 'unsure'

interface LinkSeen {
  offset: number
  at: number
  lead: Subject
}

/**
 * Which records of a lead's visitors and user ids are the lead's. A browser may be somebody else's before or after: what a
 * visitor did before its first link went to the lead of that link, and what it does from a link on goes to that link's lead.
 * It holds some 150 bytes a subject and link.
 */
export class Ownership {
  readonly lead: Subject
  readonly #known: ReadonlyMap<Subject, Linked>
  readonly #links = new Map<Subject, LinkSeen[]>()
  readonly #hasWholeLog: (subject: Subject) => boolean

  /** @param hasWholeLog whether the log still has all that a subject's partition ever had, its first link among it */
  constructor(
    lead: Subject,
    known: ReadonlyMap<Subject, Linked>,
    hasWholeLog: (subject: Subject) => boolean,
  ) {
    this.lead = lead
    this.#known = known
    this.#hasWholeLog = hasWholeLog
  }

  /** Subjects of which the log must say when they were whose: they have been linked to more than one. */
  get shared(): Subject[] {
    return [...this.#known].filter(([, { pastWith }]) => pastWith !== null).map(([subject]) => subject)
  }

  /** A link that the log has; those of a subject in the log's order. One that was noted before changes nothing. */
  noteLink(subject: Subject, link: LinkSeen): void {
    const links = this.#links.get(subject) ?? []
    if (link.offset <= (links.at(-1)?.offset ?? -1)) return
    links.push(link)
    this.#links.set(subject, links)
  }

  /** Whose a record under a subject's key is. */
  of(subject: Subject, when: When): Owner {
    if (subject === this.lead) return 'own'
    const known = this.#known.get(subject)
    if (!known) return 'others'
    const link = this.#links
      .get(subject)
      ?.findLast(l => (when.offset === undefined ? l.at <= when.at : l.offset <= when.offset))
    if (link) return this.of(link.lead, { at: when.at })
    if (known.pastWith !== null && !this.#hasWholeLog(subject)) return 'unsure'
    return this.ofPast(subject, when)
  }

  /** Whose it is what a subject was before it was linked to anybody: its own facts, scores and moves. */
  ofPast(subject: Subject, { at }: When): Owner {
    if (subject === this.lead) return 'own'
    const known = this.#known.get(subject)
    const first = known && (known.pastWith ?? known.alias)
    return first ? this.of(first, { at }) : 'others'
  }

  /** Whether a subject is the lead at present. */
  isNow(subject: Subject): boolean {
    let now: Subject | null | undefined = subject
    // A visitor is a user id's, and that a person's: no one is known further than that.
    for (let step = 0; step < 3 && now; step++) {
      if (now === this.lead) return true
      now = this.#known.get(now)?.alias
    }
    return false
  }
}
