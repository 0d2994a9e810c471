import type { Flag, Unsettled, Verdict } from '@hotlead/contracts'
import type { Millis } from '../model.ts'

const SECOND: Millis = 1_000

/**
 * Of mails, so soon after the delivery. Measured by others: 61 % of the pictures that are loaded are loaded within ten
 * seconds (craft-campaign issue 546: 836 contacts behind scanners).
 */
const TOO_SOON: Millis = 10 * SECOND
/**
 * Different links that are followed within a time: who reads follows one or two. Of the sweeps measured there most are
 * over within a second; others take a second a link (mautic issue 9798). Providers' times are whole seconds.
 */
const SWEEPS: readonly { links: number; within: Millis }[] = [
  { links: 2, within: SECOND },
  { links: 3, within: 10 * SECOND },
]
/** What a machine is known to have done has company: a scanner of ten links takes a second for each, and loads the picture before. */
const NEAR: Millis = 60 * SECOND

const FLOOD: ReadonlySet<string> = new Set<Flag>(['too_fast', 'hot_key'])

/**
 * Acts with the verdicts that the others among them give. A function of the set: neither the order in which they came nor
 * what was judged before matters, and no verdict is taken back.
 * @param acts by (at, id). The same list where nothing is found
 */
export function judged(acts: Unsettled[]): Unsettled[] {
  const isAlone = acts.length < 2
  if (isAlone || acts.every(a => a.act === 'viewed' && a.flag === null)) return acts
  const swept = sweptOf(acts)
  const honeypots = acts.filter(a => a.act === 'clicked' && a.flag === ('honeypot' satisfies Flag))
  const floods = acts.filter(a => a.act === 'viewed' && a.flag !== null && FLOOD.has(a.flag))
  const deliveries = acts.filter(a => a.act === 'delivered')

  function verdictOn(act: Unsettled): Verdict | null {
    switch (act.act) {
      case 'delivered':
      case 'closed':
        return null
      case 'viewed':
        return isNear(act, floods) ? 'with_flood' : null
      default:
        if (isNear(act, honeypots)) return 'with_honeypot'
        if (act.act === 'clicked' ? swept.includes(act) : isNear(act, swept)) return 'all_links'
        return deliveries.some(d => isTooSoon(act, d)) ? 'too_soon' : null
    }
  }

  const found = acts.map(act => {
    const verdict = act.flag === null && act.verdict === null ? verdictOn(act) : null
    return verdict === null ? act : { ...act, verdict }
  })
  return found.some((act, i) => act !== acts[i]) ? found : acts
}

/**
 * Clicks that are among so many different links of one mail in so short a time. Of one: a click through our redirect in a mail
 * whose provider tracks links too comes twice, as a click of either mail, on another address.
 */
function sweptOf(acts: readonly Unsettled[]): Unsettled[] {
  const clicks = acts.filter(a => a.act === 'clicked' && a.link !== 0)
  if (clicks.length < 2) return []
  const swept = new Set<Unsettled>()
  for (const { links, within } of SWEEPS)
    for (const [i, first] of clicks.entries()) {
      const together = clicks.slice(i).filter(c => c.mail === first.mail && c.at - first.at <= within)
      if (new Set(together.map(c => c.link)).size >= links) for (const c of together) swept.add(c)
    }
  return [...swept]
}

function isNear(act: Unsettled, others: readonly Unsettled[]): boolean {
  return others.some(o => Math.abs(o.at - act.at) <= NEAR)
}

/**
 * Nobody opens what has not arrived, and a scanner that stands before the mailbox does so within seconds: a mail that is sent
 * again under its id was there all the same. Of another mail's delivery only what follows says anything.
 */
function isTooSoon(act: Unsettled, delivery: Unsettled): boolean {
  const after = act.at - delivery.at
  return after < 0 ? after >= -NEAR && act.mail !== 0 && act.mail === delivery.mail : after <= TOO_SOON
}
