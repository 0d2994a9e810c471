import { DEMO, keysOf, type Settings } from '@hotlead/sources'
import { type Command, JSON_OPTION } from '../command.ts'
import { readConfig } from '../config.ts'
import { counted } from '../counted.ts'
import { CliError, EXIT } from '../exit.ts'
import { keyLines, shownKey } from '../keys/keyLines.ts'
import { isDemo, openStore } from '../keys/openStore.ts'
import { quoted } from '../terminal.ts'

export const keyList: Command = {
  name: 'key list',
  about: 'Every key by its id and last four characters, and when it was used last',
  details:
    'Ingestors note every five seconds which keys were used, in HOTLEAD_REDIS: one that nobody used for a while can be\n' +
    'revoked. Where Redis does not answer, a question mark stands there; of the demo’s keys nothing is noted.',
  options: {
    workspace: { type: 'string', value: 'NAME', about: 'Only of this workspace' },
    source: { type: 'string', value: 'NAME', about: 'Only of sources of this name' },
    ...JSON_OPTION,
  },
  examples: [
    ['hotlead key list', 'all of them'],
    ['hotlead key list --workspace acme --source website', 'before the old one is revoked'],
  ],
  async run(args, terminal) {
    const config = readConfig()
    const now = Date.now()
    const opened = isDemo(config) ? undefined : await openStore(config)
    try {
      const held = await opened?.store.read()
      if (opened && held === undefined)
        throw new CliError(
          EXIT.notFound,
          `${opened.store.place} holds no sources.`,
          '`hotlead key create` makes the first key.',
        )
      const settings: Settings = held?.settings ?? DEMO
      const place = opened?.store.place ?? 'demo'
      const [workspace, source] = [args.text('workspace'), args.text('source')]
      if (workspace !== undefined && !settings.workspaces.some(w => w.name === workspace))
        terminal.note(
          `There is no workspace ${quoted(workspace)} in ${place}; it has ${settings.workspaces.map(w => w.name).join(', ') || 'none'}.`,
        )
      const keys = keysOf(settings)
        .filter(k => workspace === undefined || k.workspace === workspace)
        .filter(k => source === undefined || k.source === source)
        .map(k => shownKey(k, opened?.used, now))
      if (terminal.json) return terminal.value({ place, keys })
      // Of the demo's keys nobody notes it.
      const never = opened === undefined ? '' : opened.used ? 'never' : '?'
      if (keys.length > 0) for (const line of keyLines(keys, never, now, terminal.width)) terminal.line(line)
      terminal.note(
        terminal.style(
          'dim',
          opened
            ? `${counted(keys.length, 'key')} in ${place}`
            : 'HOTLEAD_SOURCES is not set: wk_demo and sk_demo, which everyone knows, for this machine only.',
        ),
      )
    } finally {
      opened?.close()
    }
  },
}
