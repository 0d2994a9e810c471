import { type HotLead, keyOf } from '@hotlead/contracts'
import { conditionLines } from './conditionLines.ts'
import { type Look, points } from './storyLines.ts'
import { printable } from './terminal.ts'
import { timeText } from './times.ts'

/** A HOT event as programs get it: one object a line, points beside the exact thousandths. */
export function announcementJson(hot: HotLead): object {
  return {
    id: `${keyOf(hot.workspace, hot.lead)}#${hot.number}`,
    ...hot,
    score: hot.millipoints / 1000,
    email: hot.attributes.find(a => a.name === 'email')?.value,
  }
}

/** Activities that explain "why now". */
const SHOWN = 5

/** A HOT event as a person reads it: who, since when, why, and what they just did. */
export function announcementLines(hot: HotLead, { style }: Pick<Look, 'style'>): string[] {
  const email = hot.attributes.find(a => a.name === 'email')?.value
  const who = printable(email === undefined ? hot.lead : `${email}  ${hot.lead}`)
  const adds = hot.contributions
    .toSorted((a, b) => b.millipoints - a.millipoints)
    .map(c => `${c.rule} ${points(c.millipoints)}`)
  return [
    `${style('yellow', hot.tier)} ${style('bold', who)}`,
    `  since ${timeText(hot.since)}, from ${hot.from}${causeText(hot.cause)}, score ${points(hot.millipoints)}`,
    ...(adds.length > 0 ? [`  ${adds.join(' + ')}`] : []),
    ...conditionLines(hot.conditions, style),
    ...hot.recent
      .toReversed()
      .slice(0, SHOWN)
      .map(r => style('dim', `  ${timeText(r.at)}  ${printable(r.what)}`)),
  ]
}

function causeText(cause: string): string {
  switch (cause) {
    case 'merge':
      return ' (as its visitor became known)'
    case 'time':
      return ' (by time alone)'
    case 'model':
    case 'announcedModel':
      return ' (by a new model)'
    default:
      return ''
  }
}
