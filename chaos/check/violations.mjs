/** What must hold, in the words of docs and design; a violation names one of them. */
export const STATEMENTS = {
  G1: 'G1 a 2xx from the ingestor: every accepted event is in Kafka, once for each time it was sent',
  G2: 'G2 at rest, Redis equals the pure fold of the log up to next',
  G3: "G3 an event id repeated within the lead's window counts once",
  G4: 'G4 per lead, transitions are numbered 1, 2, 3 …, gapless, unrepeated for any reader, each from equal to the last to',
  hot: 'G4 every HOT event is one announcing transition, and every announcing transition one HOT event',
  G5: 'G5 a demotion is visible once it is due',
  G6: 'G6 losing any suffix of Redis, or all of it, recovers',
  sums: 'explanations sum to the score exactly',
  sentOn: 'merges and what visitors send on count once',
  dead: 'a poison record ends in dead-letter with its very bytes, and no other does',
  levels: 'readers of both isolation levels see the same log',
}

const SHOWN = 20

/** Findings of one check, in the order found: the first 20 with all words, of the others the count. */
export class Violations {
  #first = []
  #count = {}
  total = 0

  /**
   * @param statement a name in STATEMENTS
   * @param detail which key, partition and offset; what was expected and found; how to look at it
   */
  add(statement, detail) {
    this.total++
    this.#count[statement] = (this.#count[statement] ?? 0) + 1
    // Of each statement some, so that a thousand of one do not hide another.
    if (this.#first.length < SHOWN && this.#count[statement] <= SHOWN / 2)
      this.#first.push({ statement: STATEMENTS[statement], detail })
  }

  get shown() {
    return this.#first
  }

  get perStatement() {
    return this.#count
  }
}
