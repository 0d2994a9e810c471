import {
  change,
  digestOf,
  forgetUse,
  type Kept,
  keysMeant,
  keysOf,
  type Settings,
  withoutKey,
} from '@hotlead/sources'
import { type Command, JSON_OPTION } from '../command.ts'
import { readConfig } from '../config.ts'
import { CliError, EXIT } from '../exit.ts'
import { keyWords, shownKey } from '../keys/keyLines.ts'
import { openStore, SEEN } from '../keys/openStore.ts'
import { quoted } from '../terminal.ts'
import { distanceText } from '../times.ts'

/** ms within which a key counts as in use. */
const LATELY = 24 * 3_600_000

/** The one key that is meant. @throws CliError where none is, or several are */
function meant(settings: Settings, text: string): Kept {
  const found = /^[ws]k_/.test(text)
    ? keysOf(settings).filter(k => k.key.digest === digestOf(text))
    : keysMeant(settings, text)
  const [one, ...others] = found
  if (one === undefined)
    throw new CliError(
      EXIT.notFound,
      /^[ws]k_/.test(text)
        ? 'There is no such key.'
        : `No key has the id or the last four characters ${quoted(text)}.`,
      '`hotlead key list` shows those there are.',
    )
  if (others.length > 0)
    throw new CliError(
      EXIT.failed,
      `${quoted(text)} may be any of ${found.map(k => keyWords(shownKey(k, undefined, 0))).join(', ')}.`,
      'Give more of the id. Nothing was revoked.',
    )
  return one
}

export const keyRevoke: Command = {
  name: 'key revoke',
  takes: ['KEY'],
  about: 'Refuse a key from now on',
  details:
    'KEY is its id or the first four digits of it, its last four characters, or the key itself. Whoever still sends by it\n' +
    'is answered 401, after which SDKs throw their events away: hotlead key list says when it was used last.',
  options: { ...JSON_OPTION },
  examples: [
    ['hotlead key revoke 3fa9c2d41b07', 'by the id'],
    ['hotlead key revoke x7Qz', 'by how it ends'],
  ],
  async run(args, terminal) {
    const now = Date.now()
    const config = readConfig()
    const { store, used, redis, close } = await openStore(config)
    try {
      const { kept, left } = await change(store, settings => {
        const kept = meant(settings, args.positionals[0] as string)
        const next = withoutKey(settings, kept.key.digest)
        const left = keysOf(next).filter(k => k.workspace === kept.workspace && k.source === kept.source)
        return { settings: next, result: { kept, left: left.length } }
      })
      const revoked = shownKey(kept, used, now)
      if (redis) await forgetUse(redis, config.HOTLEAD_REDIS_PREFIX, revoked.id)
      if (terminal.json) return terminal.value({ revoked, place: store.place })
      terminal.line(`Revoked the ${keyWords(revoked)}. ${SEEN}`)
      const lastUsed = revoked.lastUsed === null ? undefined : Date.parse(revoked.lastUsed)
      if (lastUsed !== undefined && now - lastUsed < LATELY)
        terminal.note(`It was used ${distanceText(lastUsed, now)}: whoever still has it is answered 401 now.`)
      if (left === 0) terminal.note(`${kept.workspace}/${kept.source} has no key any more.`)
    } finally {
      close()
    }
  },
}
