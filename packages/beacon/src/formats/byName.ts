import type { Format } from './format.ts'
import { JITSU } from './jitsu.ts'
import { MAIL_LOAD } from './mail/loaded.ts'
import { MAILGUN } from './mail/mailgun.ts'
import { POSTMARK } from './mail/postmark.ts'
import { SENDGRID } from './mail/sendgrid.ts'
import { SES } from './mail/ses.ts'
import { OWN } from './own.ts'
import { PIXEL } from './pixel.ts'
import { BATCH, SINGLE } from './segment.ts'
import { SNOWPLOW, SNOWPLOW_PIXEL } from './snowplow.ts'

/** Every format: a dead letter names the one that its event came in, and is read by it again. */
export const FORMATS: readonly Format[] = [
  ...Object.values(SINGLE),
  BATCH,
  ...Object.values(JITSU),
  ...Object.values(PIXEL),
  SENDGRID,
  MAILGUN,
  POSTMARK,
  SES,
  MAIL_LOAD,
  SNOWPLOW,
  SNOWPLOW_PIXEL,
  OWN,
]

const BY_NAME = new Map(FORMATS.map(format => [format.name, format]))

/** The format of that name, as dead letters and metrics have it; undefined where this version has none. */
export function formatNamed(name: string): Format | undefined {
  return BY_NAME.get(name)
}
