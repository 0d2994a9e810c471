import type { Bag, Message } from '../messages.ts'
import { type Outcome, ok } from '../outcome.ts'
import { cleaned } from '../privacy/cleaned.ts'
import { sharedOf } from '../privacy/sharedOf.ts'
import { withAnswers } from '../privacy/withAnswers.ts'
import type { Valid } from './validate.ts'

/**
 * Takes out what must not be written: what the source denies, and secrets whatever they stand in. From here on the event is
 * as if they had never been sent: whoever is named only by a denied e-mail address is nobody. Also gives the event the context
 * of its request, cleaned once for all of them; the event's own fields come before that. And it says what the visitor agreed
 * to in the words that policy and model go by.
 */
export function redact() {
  return function redact(valid: Valid): Outcome<Valid> {
    const { admitted } = valid
    const { message } = cleaned(valid.message, admitted.source.privacy.deny)
    const shared = admitted.shared.context === undefined ? undefined : sharedOf(admitted).context
    const own = message.context as Bag | null | undefined
    const together = shared && own ? { ...shared, ...own } : (own ?? shared)
    const context = together && withAnswers(together)
    if (context === valid.message.context)
      return ok(message === valid.message ? valid : { ...valid, message: message as Message })
    return ok({ ...valid, message: { ...message, context } as Message })
  }
}
