import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Source } from '@hotlead/beacon'
import { z } from 'zod'

/** A text that is so, or a list of up to `most` of them. */
function texts(most: number, is: (text: string) => boolean, sentence: string) {
  const isOne = (value: unknown) => typeof value === 'string' && is(value)
  return z.custom<string | string[]>(
    value =>
      Array.isArray(value) ? value.length > 0 && value.length <= most && value.every(isOne) : isOne(value),
    sentence,
  )
}
/** Two at a time: while a secret is changed, what was signed by the old one is still on its way. */
const oneOrTwo = (is: (text: string) => boolean, what: string) =>
  texts(2, is, `must be ${what}, or a list of two of them while it is changed`)

const TOPIC = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/

/** What proves that a provider sends, in the file of sources under `webhooks` of a source. All plain JSON. */
export const webhookSecrets = z.strictObject({
  sendgrid: z
    .strictObject({
      publicKey: oneOrTwo(
        text => p256(text) !== undefined,
        "SendGrid's verification key (a P-256 key in base64)",
      ),
    })
    .optional(),
  mailgun: z
    .strictObject({
      signingKey: oneOrTwo(
        text => text.length >= 16,
        "Mailgun's HTTP webhook signing key (16 characters or more)",
      ),
    })
    .optional(),
  postmark: z
    .strictObject({
      // All that there is to know: so nobody may guess it.
      login: oneOrTwo(
        text => /^[^:]+:.{16,}$/.test(text),
        '`user:password` with a password of 16 characters or more',
      ),
    })
    .optional(),
  ses: z
    .strictObject({
      topic: texts(
        20,
        text => TOPIC.test(text),
        'must be the ARN of an SNS topic (arn:aws:sns:region:account:name), or a list of up to 20',
      ),
    })
    .optional(),
})
export type WebhookSecrets = z.output<typeof webhookSecrets>

/** A source that providers send to, with what proves that they do. A list that is empty: this provider does not. */
export interface WebhookSender {
  source: Source
  sendgrid: readonly KeyObject[]
  mailgun: readonly string[]
  postmark: readonly string[]
  ses: ReadonlySet<string>
}

/** @param shared of the source; what comes by a webhook may do what a secret key may: it is old when it was tried again for hours, and names the recipient's address */
export function webhookSender(
  shared: Omit<Source, 'secret' | 'origins'>,
  secrets: WebhookSecrets,
): WebhookSender {
  return {
    source: { ...shared, secret: true, origins: new Set() },
    sendgrid: listOf(secrets.sendgrid?.publicKey).map(text => p256(text) as KeyObject),
    mailgun: listOf(secrets.mailgun?.signingKey),
    postmark: listOf(secrets.postmark?.login),
    ses: new Set(listOf(secrets.ses?.topic)),
  }
}

function listOf(one: string | readonly string[] | undefined): readonly string[] {
  return one === undefined ? [] : typeof one === 'string' ? [one] : one
}

/** As SendGrid shows it, which is base64 of its DER, or with the lines of PEM around. */
function p256(text: string): KeyObject | undefined {
  const base64 = text.replace(/-----(BEGIN|END) PUBLIC KEY-----|\s/g, '')
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' })
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined
  } catch {
    return undefined
  }
}
