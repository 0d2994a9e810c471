import { type MailSecret, mailSecrets } from '@hotlead/beacon'
import { DEMO_SECRET } from '@hotlead/service'
import { isLoopbackHost } from '@hotlead/sources'

/**
 * What tokens in mails may be signed by. Nothing where only the demo secret is there and others can reach us: everyone knows
 * it, and could make a link of ours lead anywhere. Production has a secret of its own, or does not start.
 */
export function trustedMailSecrets(
  config: Parameters<typeof mailSecrets>[0] & {
    HOTLEAD_HOST: string
    HOTLEAD_DEMO_KEYS: 'loopback' | 'allow'
  },
): readonly MailSecret[] {
  const isPrivate = isLoopbackHost(config.HOTLEAD_HOST) || config.HOTLEAD_DEMO_KEYS === 'allow'
  const secrets = mailSecrets(config)
  return isPrivate ? secrets : secrets.filter(s => s.secret !== DEMO_SECRET)
}
