import { MAX_ENTRIES } from '../flatten.ts'
import { type Bag, isBag } from '../messages.ts'

/**
 * A context in which RudderStack's clients say what the visitor agreed to (`consentManagement`, with lists of the categories that
 * are allowed and denied) says it in Segment's words too, by which policy and model go: `consent.categoryPreferences`. What
 * it says there itself stands. A category in both lists is a no; of each list the first 100 count.
 * https://www.rudderstack.com/docs/data-governance/consent-management/passing-consent/
 */
export function withAnswers(context: Bag): Bag {
  const { consentManagement, consent } = context
  if (!isBag(consentManagement)) return context
  const answers: Bag = Object.create(null)
  for (const [list, answer] of [
    [consentManagement.allowedConsentIds, true],
    [consentManagement.deniedConsentIds, false],
  ] as const)
    if (Array.isArray(list))
      for (const id of list.slice(0, MAX_ENTRIES))
        if (typeof id === 'string' && id !== '') answers[id] = answer
  const said = isBag(consent) ? consent : undefined
  const own = isBag(said?.categoryPreferences) ? said.categoryPreferences : undefined
  return { ...context, consent: { ...said, categoryPreferences: { ...answers, ...own } } }
}
