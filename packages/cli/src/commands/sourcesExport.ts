import { editedText } from '@hotlead/sources'
import { type Command, JSON_OPTION } from '../command.ts'
import { readConfig } from '../config.ts'
import { CliError, EXIT } from '../exit.ts'
import { openStore } from '../keys/openStore.ts'
import { versionLine } from '../keys/version.ts'

export const sourcesExport: Command = {
  name: 'sources export',
  about: 'All workspaces, sources and keys as YAML: to edit and import again, or to keep',
  details:
    'Of keys it has the digests, from which nobody finds a key. Its first line names the version, so that hotlead sources\n' +
    'import sees where somebody else has changed something since.',
  options: { ...JSON_OPTION },
  examples: [
    ['HOTLEAD_SOURCES=redis hotlead sources export', 'what Redis holds'],
    ['hotlead sources export --json | jq .workspaces[].name', 'for programs'],
  ],
  async run(_args, terminal) {
    const { store, close } = await openStore(readConfig())
    try {
      const held = await store.read()
      if (held === undefined)
        throw new CliError(
          EXIT.notFound,
          `${store.place} holds no sources.`,
          '`hotlead key create` makes the first key.',
        )
      if (terminal.json) return terminal.value({ version: held.version, ...held.settings })
      terminal.line(versionLine(held.version))
      terminal.line(editedText('', held.settings).trimEnd())
    } finally {
      close()
    }
  },
}
