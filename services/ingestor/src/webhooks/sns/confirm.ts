import { type Outcome, ok, refuse } from '@hotlead/beacon'
import { unsigned } from '../signed.ts'
import { isOfRegion } from './host.ts'
import { fetched } from './https.ts'
import type { SnsMessage } from './message.ts'

/** A query and nothing else. */
const CONFIRMATION = /^https:\/\/[^/]+\/\?[A-Za-z0-9=&%._:~-]+$/

/**
 * Says yes to a subscription by visiting its URL, which lies at SNS in its region and is for the topic that the message, signed and one
 * of ours, names. https://docs.aws.amazon.com/sns/latest/dg/http-subscription-confirmation-json.html
 */
export async function confirm({ SubscribeURL: url = '', TopicArn }: SnsMessage): Promise<Outcome<undefined>> {
  if (!isConfirmation(url, TopicArn))
    return unsigned(
      'SubscribeURL: must be a ConfirmSubscription of this topic at the host of SNS in its region, by https',
    )
  try {
    const { status } = await fetched(url)
    if (status === 200) return ok(undefined)
    return refuse(503, 'unavailable', `SubscribeURL: SNS answered ${status}: ask for the confirmation again`)
  } catch {
    return refuse(503, 'unavailable', 'SubscribeURL: SNS cannot be reached: send this again later')
  }
}

export function isConfirmation(url: string, topic: string): boolean {
  if (!isOfRegion(url, topic) || !CONFIRMATION.test(url)) return false
  const { searchParams } = new URL(url)
  return searchParams.get('Action') === 'ConfirmSubscription' && searchParams.get('TopicArn') === topic
}
