/** `arn:PARTITION:sns:REGION:…` */
const REGION = /^arn:[a-z-]+:sns:([a-z0-9-]+):/

/**
 * Whether a URL is of SNS in the region of a topic, by https: no port, no user. Looked at as text, before any parser makes
 * something of it. A region that a message names by itself may be none: `sns.s3-us-west-2.amazonaws.com` is somebody's bucket.
 * https://docs.aws.amazon.com/general/latest/gr/sns.html
 */
export function isOfRegion(url: string, topic: string): boolean {
  const region = REGION.exec(topic)?.[1]
  if (region === undefined) return false
  return url.startsWith(`https://sns.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/`)
}
