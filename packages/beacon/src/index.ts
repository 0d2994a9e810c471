export { type Activities, activitiesOf } from './activities.ts'
export { truncateAddress } from './address.ts'
export { type Admitted, type Beacon, EVENT_TYPES, type EventType, type Limit, type Source } from './beacon.ts'
export { emailAddress } from './emailAddress.ts'
export { FORMATS, formatNamed } from './formats/byName.ts'
export type { Format, Keys, Split } from './formats/format.ts'
export { JITSU } from './formats/jitsu.ts'
export { isObject, withoutText } from './formats/json.ts'
export { MAIL_LOAD, mailLoaded } from './formats/mail/loaded.ts'
export { MAILGUN } from './formats/mail/mailgun.ts'
export { POSTMARK } from './formats/mail/postmark.ts'
export { SENDGRID } from './formats/mail/sendgrid.ts'
export { SES } from './formats/mail/ses.ts'
export { OWN } from './formats/own.ts'
export { PIXEL } from './formats/pixel.ts'
export { BATCH, SINGLE } from './formats/segment.ts'
export { SNOWPLOW, SNOWPLOW_PIXEL } from './formats/snowplow.ts'
export { admittedOf } from './letters/admittedOf.ts'
export { type Letter, letterOf } from './letters/letterOf.ts'
export { type AnyLetter, messageIn, type Named, namedByLetter } from './letters/namedByLetter.ts'
export {
  MAX_BATCH_BYTES,
  MAX_BATCH_EVENTS,
  MAX_EVENT_BYTES,
  MAX_ID_CHARS,
  MAX_SOCKET_BYTES,
} from './limits.ts'
export { type MailKey, type MailSecret, mailKey, mailSecrets } from './mail/keys.ts'
export {
  isName,
  isWorkspace,
  MAX_NAME,
  MAX_TARGET,
  type Mail,
  readToken,
  signToken,
  targetOf,
} from './mail/token.ts'
export { MESSAGES, moment } from './messages.ts'
export { type DeadLetter, type Outcome, ok, REASONS, type Reason, type Refused, refuse } from './outcome.ts'
export { DENIED, deny, isDenied, MAX_DENIED, MAX_DENIED_CHARS, NOTHING_DENIED } from './privacy/deny.ts'
export { MISSING, OPT_OUTS, type OptOut, optOutOf, PRIVACY, type Privacy } from './privacy/policy.ts'
export { kindOf } from './problems.ts'
export { flag } from './steps/flag.ts'
export { heed } from './steps/heed.ts'
export { type Identified, identify } from './steps/identify.ts'
export { redact } from './steps/redact.ts'
export { MAX_AHEAD, skew } from './steps/skew.ts'
export { validate } from './steps/validate.ts'
export { LEAD, subjectOf } from './subject.ts'
export { isoTime, isTime, millis, TIME } from './time.ts'
