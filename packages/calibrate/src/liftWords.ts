import type { Part } from './columns.ts'
import { nameOf, type Term } from './design.ts'
import type { Lift } from './lift.ts'

/** “412 of 1,020 (40 %, 37 to 43 %)”: how many had it, how many of them were won, and the interval of that. */
export function shareWords({ won, had, share }: Lift): string {
  return `${thousands(won)} of ${thousands(had)} (${percent(share.value)}, ${range(share.low, share.high)})`
}

/** “8 of 10 who opened the pricing page, 2 or more, became opportunities (…), against 1 in 12 of all: 9.6 times.” */
export function liftSentence(term: Term, part: Part, lift: Lift, became: string): string {
  const { value, low, high } = lift.share
  return (
    `${thousands(lift.won)} of ${thousands(lift.had)} ${havingWords(term, part)} ${became} ` +
    `(${percent(value)}, ${range(low, high)}), against 1 in ${oneIn(lift.base)} of all: ${times(lift.lift)} times.`
  )
}

export function havingWords(term: Term, part: Part): string {
  if (term.kind === 'count') {
    const deed = term.deed === undefined ? `with ${nameOf(term)}` : `who ${term.deed}`
    return part.kind === 'from' ? `${deed} (${part.from} or more)` : deed
  }
  const name = nameOf(term)
  switch (part.kind) {
    case 'unknown':
      return `whose ${name} is unknown`
    case 'is':
      return `whose ${name} is ${part.value}`
    case 'from':
      return `whose ${name} is ${part.from} or more`
    case 'each':
      return `with a ${name}`
  }
}

/** A lift, in two figures and never as a power of ten. */
export function times(lift: number): string {
  const text = lift.toPrecision(2)
  return text.includes('e') ? thousands(Number(text)) : text
}

/** Whole numbers from 10 on; below that a tenth matters: 1 in 6.5. */
export function oneIn(share: number): string {
  const of = 1 / share
  return of >= 10 ? thousands(Math.round(of)) : String(Number(of.toFixed(1)))
}

function range(low: number, high: number): string {
  return `${percent(low).replace(' %', '')} to ${percent(high)}`
}

/** Below 10 % with a tenth. */
export function percent(share: number): string {
  const value = share * 100
  return `${value < 9.95 ? Number(value.toFixed(1)) : Math.round(value)} %`
}

export function thousands(count: number): string {
  return count.toLocaleString('en-US')
}
