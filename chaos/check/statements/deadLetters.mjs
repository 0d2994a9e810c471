import { hash } from 'node:crypto'

const digest = bytes => hash('sha1', bytes, 'base64')

/** Every record of `activity` that cannot be read ends in `dead-letter` as it came, and none that can. */
export class DeadLetters {
  counts = { poison: 0, deadLetters: 0, deadLettersMost: 0, deadLettersOfTheEdge: 0 }
  /** `partition@offset` of activity → { key, digest, why } */
  #poison = new Map()
  /** The same → how often it is in dead-letter; and letters whose record was not read yet. */
  #buried = new Map()
  #letters = []
  #activity
  /** Digests of what the edge buried, and of what it should have. */
  #edge = new Set()
  #wanted = new Map()

  /** @param activity the topic's full name */
  constructor(activity) {
    this.#activity = activity
  }

  poison(partition, { key, offset, value }, why) {
    this.counts.poison++
    this.#poison.set(`${partition}@${offset}`, { key, digest: digest(value), why })
  }

  /** An event that the edge was sent and could not take: its bytes. */
  wanted(bytes) {
    this.#wanted.set(digest(bytes), bytes.toString('utf8').slice(0, 100))
  }

  letter(partition, { key, offset, value, headers }, say) {
    const header = name => (headers?.[name] === undefined ? undefined : String(headers[name]))
    // A note about another letter, as `hotlead dlq` writes it.
    if (header('dlq-note') !== undefined && header('dlq-reason') === undefined) return
    const where = `dead-letter/${partition} offset ${offset}`
    const step = header('dlq-step') ?? ''
    if (step.startsWith('ingestor.')) {
      this.counts.deadLettersOfTheEdge++
      if (value) this.#edge.add(digest(value))
      return
    }
    this.counts.deadLetters++
    if (header('dlq-topic') !== this.#activity)
      say(
        'dead',
        `${where}: ${step} buried offset ${header('dlq-offset')} of ${header('dlq-topic')}, which hotlead itself wrote: ${header('dlq-reason')}`,
      )
    else
      this.#letters.push({
        place: `${header('dlq-partition')}@${header('dlq-offset')}`,
        where,
        key,
        digest: value && digest(value),
        reason: header('dlq-reason'),
      })
  }

  /** @param readUpTo partition → offset in activity up to which all was read, and its state written */
  pair(readUpTo, say) {
    this.#letters = this.#letters.filter(letter => {
      const [partition, offset] = letter.place.split('@').map(Number)
      if (offset >= (readUpTo.get(partition) ?? 0)) return true
      const poison = this.#poison.get(letter.place)
      const place = letter.place.replace('@', ' offset ')
      if (!poison)
        say(
          'dead',
          `${letter.where}: it buries activity/${place}, a record that can be read (${letter.reason})`,
        )
      else if (letter.digest !== poison.digest || letter.key !== poison.key)
        say('dead', `${letter.where}: its bytes or its key are not those of activity/${place}`)
      else {
        const times = (this.#buried.get(letter.place) ?? 0) + 1
        this.#buried.set(letter.place, times)
        this.counts.deadLettersMost = Math.max(this.counts.deadLettersMost, times)
      }
      return false
    })
    for (const [place, { key, why }] of this.#poison) {
      const [partition, offset] = place.split('@').map(Number)
      if (offset < (readUpTo.get(partition) ?? 0) && !this.#buried.has(place))
        say(
          'dead',
          `activity/${place.replace('@', ' offset ')} (key ${key}) cannot be read (${why}), and no dead letter has it`,
        )
    }
    for (const [wanted, text] of this.#wanted)
      if (this.#edge.has(wanted)) this.#wanted.delete(wanted)
      else say('dead', `no dead letter has the bytes of the event ${text}`)
  }
}
