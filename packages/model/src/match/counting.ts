import type { Event } from '@hotlead/contracts'
import type { Match, Millis, Value } from '../model.ts'

/** What a match adds up to: one more, a number of the event, one of a kind not seen yet, or part of a visit. */
export type Counting =
  | { kind: 'matches' }
  | { kind: 'sum'; field: (event: Event) => Value | null | undefined }
  | { kind: 'distinct'; field: (event: Event) => Value | null | undefined }
  | { kind: 'visits'; gap: Millis }

/**
 * A sum is kept in thousandths, so that it adds up whatever the order; of one event at most a thousand million. Divided
 * by, never multiplied by 1/1000: 4350 × 0.001 is above 4.35.
 */
export const PER_UNIT_OF_SUM = 1000
const MOST_SUM = 1e9

/** What an event that matches adds to facts of this name; undefined where it adds nothing. */
export function matcherOf(counting: Counting, name: string): (event: Event) => Match | undefined {
  switch (counting.kind) {
    case 'matches': {
      const match = { name, amount: 1 }
      return () => match
    }
    case 'visits': {
      const match = { name, amount: 1, gap: counting.gap }
      return () => match
    }
    case 'sum':
      return event => {
        const amount = thousandths(counting.field(event))
        return amount > 0 ? { name, amount } : undefined
      }
    case 'distinct':
      return event => {
        const value = counting.field(event)
        return value === null || value === undefined || value === ''
          ? undefined
          : { name, amount: 1, value: hash32(spelling(value)) }
      }
  }
}

/** Neither case nor a slash at the end makes another value: `/Docs/` is `/docs`. */
function spelling(value: Value): string {
  return String(value)
    .toLowerCase()
    .replace(/(.)\/+$/, '$1')
}

/** 0 where the value is no number, or below 0: a sum only grows, or points could fall by what a lead did. */
function thousandths(value: Value | null | undefined): number {
  if (value === null || value === undefined || value === '' || typeof value === 'boolean') return 0
  const n = Number(value)
  return n > 0 ? Math.round(Math.min(n, MOST_SUM) * PER_UNIT_OF_SUM) : 0
}

/**
 * FNV-1a over UTF-16 units, as a signed 32-bit number (Fowler, Noll, Vo; draft-eastlake-fnv). Two of 64 values are
 * taken for one in one lead of two million.
 */
export function hash32(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h | 0
}
