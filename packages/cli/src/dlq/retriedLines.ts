import { printable, table } from '../terminal.ts'
import { lettersText } from './letterTable.ts'
import { positionText } from './position.ts'
import type { Retried } from './retry.ts'

/** Letters that are listed one by one; of more only the sums are told. */
const MOST = 50

export function retriedLines(retried: readonly Retried[], width: number): string[] {
  if (retried.length === 0) return ['No dead letter waits.']
  const rows = retried.slice(0, MOST).map(r => [positionText(r.letter), r.outcome, printable(whatBecame(r))])
  const sums = (['sent', 'there', 'refused'] as const).flatMap(outcome => {
    const count = retried.filter(r => r.outcome === outcome).length
    return count === 0 ? [] : [`${count.toLocaleString('en')} ${WORDS[outcome]}`]
  })
  return [
    ...table([{ title: 'where' }, { title: 'outcome' }, { title: 'now', shrinks: 1 }], rows, width),
    ...(retried.length > MOST ? [`… and ${(retried.length - MOST).toLocaleString('en')} more`] : []),
    '',
    `${lettersText(retried.length)}: ${sums.join(', ')}`,
  ]
}

const WORDS = { sent: 'sent again', there: 'in the log already', refused: 'refused again' } as const

export function retriedJson(retried: readonly Retried[]) {
  const count = (outcome: Retried['outcome']) => retried.filter(r => r.outcome === outcome).length
  return {
    sent: count('sent'),
    there: count('there'),
    refused: count('refused'),
    letters: retried.map(r => ({
      partition: r.letter.partition,
      offset: r.letter.offset,
      outcome: r.outcome,
      ...(r.outcome === 'refused'
        ? { reason: r.reason, problems: r.problems, next: r.next }
        : { activity: r.place }),
    })),
  }
}

/** What is to be done about those that were refused, each way once. */
export function nextOf(retried: readonly Retried[]): string {
  return [...new Set(retried.flatMap(r => (r.outcome === 'refused' ? r.next : [])))].join('\n')
}

function whatBecame(r: Retried): string {
  return r.outcome === 'refused'
    ? `${r.reason}: ${r.problems.join('; ')}`
    : `activity ${positionText(r.place)}`
}
