import { type Command, JSON_OPTION, WORKSPACE_OPTION } from '../command.ts'
import { readConfig } from '../config.ts'
import { connectKafka } from '../connect.ts'
import { CliError, EXIT } from '../exit.ts'
import { activationsOf } from '../history.ts'
import { firstModelOf, readModels } from '../models.ts'
import { openCodec } from '../registry.ts'
import { printable, table } from '../terminal.ts'
import { distanceText, timeText } from '../times.ts'

export const modelHistory: Command = {
  name: 'model history',
  about: 'Every model that a workspace was scored by, and from when on',
  details:
    'The latest stands first. A version is a hash of what the model says, so the same one may come back.',
  options: { ...WORKSPACE_OPTION, ...JSON_OPTION },
  examples: [['hotlead model history', 'what was changed when']],
  async run(args, terminal) {
    const { workspace } = args
    const config = readConfig()
    const kafka = await connectKafka(config)
    const published = await readModels(config, kafka, await openCodec(config, 'models'))
    const history = activationsOf(published.filter(m => m.workspace === workspace)).toReversed()
    if (history.length === 0)
      throw new CliError(
        EXIT.notFound,
        `The workspace ${workspace} has no scoring model.`,
        firstModelOf(workspace),
      )
    if (terminal.json) return terminal.value({ workspace, history })
    const now = Date.now()
    const rows = history.map((h, i) => [
      timeText(h.at),
      distanceText(h.at, now),
      h.version,
      printable(h.name),
      i === 0 ? 'active' : '',
    ])
    const columns = [
      { title: 'from' },
      { title: '' },
      { title: 'version' },
      { title: 'name', shrinks: 1 },
      { title: '' },
    ]
    for (const line of table(columns, rows, terminal.width)) terminal.line(line)
  },
}
