import { keyOf } from '@hotlead/contracts'
import { partitionOf } from '@hotlead/kafka'

/** What a command of the command line gave. */
export interface Answer {
  code: number
  out: string
  err: string
}

/** How many answers were of which kind. */
export interface Answers {
  right: number
  /** “It is being rebuilt”, and no number. */
  rebuilding: number
  wrong: number
  /** The first wrong ones, each in a sentence. */
  examples: string[]
}

export type Verdict = 'right' | 'rebuilding' | { wrong: string }

/** EX_UNAVAILABLE: what the command line ends with where it must not show what it found. */
const UNAVAILABLE = 69

export function noAnswers(): Answers {
  return { right: 0, rebuilding: 0, wrong: 0, examples: [] }
}

/** Counts a verdict. @param of what was asked */
export function count(answers: Answers, of: string, verdict: Verdict): void {
  if (verdict === 'right' || verdict === 'rebuilding') {
    answers[verdict]++
    return
  }
  answers.wrong++
  if (answers.examples.length < 5) answers.examples.push(`${of}: ${verdict.wrong}`)
}

/**
 * An answer of `lead --at` about a lead that nothing happened to: to the byte what it was before, or a word that it is
 * being rebuilt.
 */
export function judgeLead(answer: Answer, before: string): Verdict {
  if (answer.code === 0) return answer.out === before ? 'right' : { wrong: difference(before, answer.out) }
  return isRebuilding(answer) ? 'rebuilding' : { wrong: `ended with ${answer.code}: ${answer.err.trim()}` }
}

/** Subjects of a list, and the partitions that it says it is without. */
interface List {
  leads: { subject: string; tier: string }[]
  rebuilding: string[]
}

/**
 * A list of a tier: it must hold every lead that was in that tier before, but for those of the partitions that it says
 * it is without, and none of those that were in another.
 * @param before tier by subject, of leads that nothing happened to
 */
export function judgeList(
  answer: Answer,
  tier: string,
  before: ReadonlyMap<string, string>,
  partitions: number,
): Verdict {
  if (answer.code !== 0 && !isRebuilding(answer))
    return { wrong: `ended with ${answer.code}: ${answer.err.trim()}` }
  const { leads, rebuilding } = JSON.parse(answer.out) as List
  if (answer.code === 0 && rebuilding.length > 0) return { wrong: 'is not whole, and ended with 0' }
  const without = new Set(rebuilding.map(sentence => Number(/partition (\d+)/.exec(sentence)?.[1])))
  const listed = new Set(leads.map(l => l.subject))
  for (const [subject, was] of before) {
    if (was !== tier && listed.has(subject))
      return { wrong: `lists ${subject} in ${tier}, which is in ${was}` }
    if (was === tier && !listed.has(subject) && !without.has(partitionOf(keyOf('demo', subject), partitions)))
      return { wrong: `is without ${subject} and does not say that its partition is being rebuilt` }
  }
  return without.size > 0 ? 'rebuilding' : 'right'
}

function isRebuilding({ code, err }: Answer): boolean {
  return code === UNAVAILABLE && /rebuil/.test(err)
}

/** Where two JSON texts part. */
function difference(before: string, after: string): string {
  const [a, b] = [before.split('\n'), after.split('\n')]
  const i = a.findIndex((line, n) => line !== b[n])
  return `was “${a[i]?.trim()}” and is “${b[i]?.trim()}” (line ${i + 1})`
}
