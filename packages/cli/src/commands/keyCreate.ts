import {
  change,
  digestOf,
  isName,
  isOrigin,
  KEY_KINDS,
  type Kept,
  type KeyKind,
  keyId,
  lastFour,
  newKey,
  withKey,
} from '@hotlead/sources'
import { type Args, type Command, JSON_OPTION } from '../command.ts'
import { readConfig } from '../config.ts'
import { usage } from '../exit.ts'
import { openStore, SEEN } from '../keys/openStore.ts'
import { quoted } from '../terminal.ts'
import { timeText } from '../times.ts'

function named(args: Args, option: 'workspace' | 'source'): string {
  const text = args.text(option)
  if (text === undefined)
    throw usage(
      `hotlead key create needs --${option}.`,
      'For instance hotlead key create --workspace acme --source website --kind write.',
    )
  if (!isName(text))
    throw usage(`--${option} is ${quoted(text)} and must be 1 to 60 letters, digits, dashes and underscores.`)
  return text
}

function kindOf(args: Args): KeyKind {
  const text = args.text('kind') ?? 'write'
  const kind = KEY_KINDS.find(k => k === text)
  if (kind === undefined) throw usage(`--kind is ${quoted(text)} and must be write or secret.`)
  return kind
}

function originsOf(args: Args, kind: KeyKind): string[] {
  const origins = args.list('origins').flatMap(list => list.split(',').map(o => o.trim()))
  const wrong = origins.find(o => !isOrigin(o))
  if (wrong !== undefined)
    throw usage(
      `--origins has ${quoted(wrong)}, which is no origin.`,
      'Give scheme, host and port as the browser shows them, without a path: https://www.example.com.',
    )
  if (kind === 'secret' && origins.length > 0)
    throw usage('--origins is for write keys: no browser may use a secret key, whatever its page.')
  return origins
}

const LATER = 'For instance --expires +90d, or --expires 2027-06-30T00:00:00Z.'

function expiryOf(args: Args, now: number): string | undefined {
  const time = args.time('expires', now, LATER)
  if (time === undefined) return undefined
  if (time <= now) throw usage('--expires lies in the past.', LATER)
  return new Date(time).toISOString()
}

function limitOf(args: Args): { eventsPerSecond?: number; burst?: number } {
  if (args.text('events-per-second') === undefined) {
    if (args.text('burst') !== undefined) throw usage('--burst needs --events-per-second beside it.')
    return {}
  }
  const eventsPerSecond = args.number('events-per-second', 50, 0.000_001, 1_000_000)
  if (args.text('burst') === undefined) return { eventsPerSecond }
  return { eventsPerSecond, burst: args.whole('burst', 500, 1, 1_000_000_000) }
}

export const keyCreate: Command = {
  name: 'key create',
  about: 'Make a key for a source, and show it once',
  details:
    'Kept is only its SHA-256 digest, in the store that HOTLEAD_SOURCES names: a file, or redis. Workspace and source are\n' +
    'made where they are not there. A source may have any number of keys, so a new one changes nothing for those that\n' +
    'have the old: create, deploy, see in hotlead key list that nobody uses the old one, revoke it.\n' +
    'The key alone goes to stdout.',
  options: {
    workspace: { type: 'string', value: 'NAME', about: 'Workspace' },
    source: { type: 'string', value: 'NAME', about: 'Source: a site, a tool' },
    kind: {
      type: 'string',
      value: 'KIND',
      about: 'write: public, for pages, only writes events (default); secret: for servers',
    },
    origins: {
      type: 'string',
      value: 'LIST',
      multiple: true,
      about: 'Pages that may use the source’s write keys, with commas; added to those it has',
    },
    expires: { type: 'string', value: 'TIME', about: 'From when on it is refused: +90d, or ISO 8601' },
    'events-per-second': {
      type: 'string',
      value: 'N',
      about: 'What may come by it in the long run; for a write key otherwise as its source says',
    },
    burst: { type: 'string', value: 'N', about: 'Events at once (default ten seconds’ worth)' },
    note: { type: 'string', value: 'TEXT', about: 'What it is for, up to 200 characters' },
    ...JSON_OPTION,
  },
  examples: [
    [
      'hotlead key create --workspace acme --source website --origins https://www.acme.example',
      'for the tracker in the pages',
    ],
    ['hotlead key create --workspace acme --source crm --kind secret --note CRM', 'for a server'],
    [
      'HOTLEAD_SOURCES=sources.yaml hotlead key create --workspace acme --source shop --expires +90d',
      'into a file, for a while',
    ],
  ],
  async run(args, terminal) {
    const now = Date.now()
    const kind = kindOf(args)
    const text = newKey(kind)
    const [workspace, source] = [named(args, 'workspace'), named(args, 'source')]
    const origins = originsOf(args, kind)
    const [expires, note] = [expiryOf(args, now), args.text('note')]
    if (note !== undefined && note.length > 200)
      throw usage(`--note has ${note.length} characters and may have 200.`)
    const kept: Kept = {
      workspace,
      source,
      key: {
        kind,
        digest: digestOf(text),
        last4: lastFour(text),
        created: new Date(now).toISOString(),
        ...(expires === undefined ? {} : { expires }),
        ...(note === undefined ? {} : { note }),
        ...limitOf(args),
      },
    }
    const { store, close } = await openStore(readConfig())
    try {
      const { isNew, all } = await change(store, settings => {
        const next = withKey(settings, kept, origins)
        const sources = next.workspaces.find(w => w.name === workspace)?.sources
        return {
          settings: next,
          result: {
            isNew: !settings.workspaces.some(w => w.name === workspace),
            all: sources?.find(s => s.name === source)?.origins ?? [],
          },
        }
      })
      const { digest, ...shown } = kept.key
      if (terminal.json)
        return terminal.value({
          key: text,
          id: keyId(digest),
          workspace,
          source,
          ...shown,
          ...(kind === 'write' ? { origins: all } : {}),
          place: store.place,
        })
      terminal.line(text)
      terminal.note(
        `This ${kind} key of ${workspace}/${source} is shown once: ${store.place} keeps only its digest. Its id is ${keyId(digest)}.` +
          `${expires === undefined ? '' : ` It expires on ${timeText(Date.parse(expires))}.`} ${SEEN}`,
      )
      if (kind === 'write' && all.length === 0)
        terminal.note(
          'No page may use it, since the source has no origins: servers may. --origins of another key, or the file, names pages.',
        )
      if (isNew)
        terminal.note(
          `${workspace} is a new workspace: \`hotlead model publish FILE --workspace ${workspace}\` lets it score.`,
        )
    } finally {
      close()
    }
  },
}
