import { type Outcome, ok } from '../outcome.ts'
import { cleaned } from '../privacy/cleaned.ts'
import type { Valid } from './validate.ts'

/**
 * Takes out what must not be written: what the source denies, and secrets whatever they stand in. From here on the event is
 * as if they had never been sent: whoever is named only by a denied e-mail address is nobody.
 */
export function redact() {
  return function redact(valid: Valid): Outcome<Valid> {
    const { message } = cleaned(valid.message, valid.admitted.source.privacy.deny)
    return ok(message === valid.message ? valid : { ...valid, message: message as Valid['message'] })
  }
}
