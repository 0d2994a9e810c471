import { createHash } from 'node:crypto'

/**
 * The account of what visitors' partitions send to their leads' partitions, by visitor and source offset: every record
 * must be counted there, once, and with the very content that it left with. It may arrive more than once.
 */
export class SentOn {
  /** `workspace/visitor@offset` → { key, target, digest } of what left and was not seen to be counted yet. */
  #sent = new Map()
  /** The same of what was counted before its source was read: partitions are read in no particular order. */
  #counted = new Map()
  /** Of what was given up, the names of what was passed over before its source was read. */
  #passedOver = new Set()
  counts = { sentOn: 0, sentOnAgain: 0 }
  #problems = []

  sent(key, offset, target, content) {
    this.counts.sentOn++
    const name = `${key}@${offset}`
    if (this.#passedOver.delete(name)) return
    const sent = { target, digest: digest(content) }
    const counted = this.#counted.get(name)
    if (!counted) {
      this.#sent.set(name, sent)
      return
    }
    this.#counted.delete(name)
    this.#compare(name, sent, counted)
  }

  counted(partition, target, at, { visitor, offset }, content) {
    const name = `${target.slice(0, target.indexOf('/'))}/${visitor}@${offset}`
    const counted = { target, digest: digest(content), where: `partition ${partition}, offset ${at}` }
    const sent = this.#sent.get(name)
    if (!sent) {
      if (this.#counted.has(name))
        this.#problems.push(
          `what ${name} sent on is counted twice: in ${counted.where} and in ${this.#counted.get(name).where}`,
        )
      this.#counted.set(name, counted)
      return
    }
    this.#sent.delete(name)
    this.#compare(name, sent, counted)
  }

  /** A part of a recount that was given up by then counts for nothing where it arrives, rightly. */
  passedOver(target, { visitor, offset }) {
    const name = `${target.slice(0, target.indexOf('/'))}/${visitor}@${offset}`
    if (!this.#sent.delete(name)) this.#passedOver.add(name)
  }

  /** A copy that the receiver had counted before. */
  repeated() {
    this.counts.sentOnAgain++
  }

  #compare(name, sent, counted) {
    if (sent.target !== counted.target)
      this.#problems.push(
        `what ${name} sent on belongs to ${sent.target}, and was counted by ${counted.target} (${counted.where})`,
      )
    else if (sent.digest !== counted.digest)
      this.#problems.push(
        `what ${name} sent on to ${sent.target} differs from what left there (${counted.where} of activity)`,
      )
  }

  /** What is wrong. @param atRest nothing is under way any more: what is not counted by now is lost */
  problems(atRest) {
    const found = this.#problems.splice(0)
    if (!atRest) return found
    for (const [name, { target }] of this.#sent)
      found.push(`what ${name} sent on was never counted by ${target}`)
    for (const [name, { target, where }] of this.#counted)
      found.push(
        `${target} counted what ${name} is said to have sent on (${where} of activity), and it never did, or it was counted before`,
      )
    return found
  }
}

function digest(content) {
  return createHash('sha1').update(JSON.stringify(content)).digest('base64')
}
