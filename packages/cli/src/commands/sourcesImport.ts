import { ConfigError } from '@hotlead/service'
import { keysOf, parseSettings, type Settings } from '@hotlead/sources'
import { type Command, JSON_OPTION } from '../command.ts'
import { readConfig } from '../config.ts'
import { counted } from '../counted.ts'
import { CliError, EXIT } from '../exit.ts'
import { givenFile } from '../givenFile.ts'
import { keyWords, shownKey } from '../keys/keyLines.ts'
import { openStore, SEEN } from '../keys/openStore.ts'
import { versionOf } from '../keys/version.ts'

const NEXT = 'Give a file of sources, as `hotlead sources export` writes it.'

function settingsOf(text: string, path: string): Settings {
  try {
    return parseSettings(text, path)
  } catch (error) {
    if (error instanceof ConfigError)
      throw new CliError(
        EXIT.failed,
        `${error.problems.join('\n')}.`,
        'Correct the file; nothing was imported.',
        error,
      )
    throw error
  }
}

/** Keys of `a` that `b` has not. */
function without(a: Settings, b: Settings) {
  const there = new Set(keysOf(b).map(k => k.key.digest))
  return keysOf(a).filter(k => !there.has(k.key.digest))
}

export const sourcesImport: Command = {
  name: 'sources import',
  takes: ['FILE'],
  about: 'Replace all workspaces, sources and keys by those of a file',
  details:
    'For what hotlead sources export wrote and you edited: origins, names, limits, privacy. It refuses where somebody else\n' +
    'has changed something since the export, and where keys would be lost that a file of another origin does not have.',
  options: {
    force: { type: 'boolean', about: 'Also where keys are lost by it, or changes of others' },
    ...JSON_OPTION,
  },
  examples: [['HOTLEAD_SOURCES=redis hotlead sources import sources.yaml', 'from a file into Redis']],
  async run(args, terminal) {
    const path = args.positionals[0] as string
    const text = givenFile(path, NEXT).toString('utf8')
    const settings = settingsOf(text, path)
    const { store, close } = await openStore(readConfig())
    try {
      const held = await store.read()
      const before = held?.settings ?? { workspaces: [] }
      const [added, lost] = [without(settings, before), without(before, settings)]
      const from = versionOf(text)
      if (!args.flag('force') && held !== undefined && from !== held.version) {
        if (from !== undefined)
          throw new CliError(
            EXIT.failed,
            `${store.place} was changed since ${path} was exported.`,
            'Export again and repeat your edits, or add --force to lose those changes. Nothing was imported.',
          )
        if (lost.length > 0)
          throw new CliError(
            EXIT.failed,
            `${counted(lost.length, 'key')} of ${store.place} ${lost.length === 1 ? 'is' : 'are'} not in ${path}: ${lost
              .slice(0, 5)
              .map(k => keyWords(shownKey(k, undefined, 0)))
              .join(', ')}${lost.length > 5 ? ', …' : ''}.`,
            'Whoever has them would be refused. Add --force if that is what you want. Nothing was imported.',
          )
      }
      if (!(await store.write(settings, held?.version)))
        throw new CliError(
          EXIT.failed,
          `${store.place} was changed by somebody else at this very moment.`,
          'Look at it, and run this again. Nothing was imported.',
        )
      const now = {
        place: store.place,
        workspaces: settings.workspaces.length,
        keys: keysOf(settings).length,
        added: added.length,
        removed: lost.length,
      }
      if (terminal.json) return terminal.value(now)
      terminal.line(
        `${now.place} has ${counted(now.workspaces, 'workspace')} with ${counted(now.keys, 'key')}: ${now.added} came, ${now.removed} went. ${SEEN}`,
      )
    } finally {
      close()
    }
  },
}
