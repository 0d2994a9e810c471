import { type Command, JSON_OPTION } from '../command.ts'
import { readConfig } from '../config.ts'
import { connectKafka } from '../connect.ts'
import { DeadLetters } from '../dlq/deadLetters.ts'
import { byReason, lettersText, letterTable, reasonsText } from '../dlq/letterTable.ts'
import { isOpen, SELECTION_OPTIONS, selectionOf } from '../dlq/selection.ts'
import { noteUnknown } from '../noteUnknown.ts'

export const dlqList: Command = {
  name: 'dlq list',
  about: 'Dead letters: events that the edge, and records that scorer or tiering could not take',
  details:
    'The latest first, and how many there are of each reason. Those that were retried or purged are left out, unless\n' +
    '--settled asks for them. dead-letter keeps what it gets for 30 days.',
  options: {
    ...SELECTION_OPTIONS,
    settled: { type: 'boolean', about: 'Also those that were retried or purged' },
    limit: { type: 'string', value: 'N', about: 'At most so many lines (default 50)' },
    ...JSON_OPTION,
  },
  examples: [
    ['hotlead dlq list', 'what waits for somebody'],
    ['hotlead dlq list --reason too_old --since 24h', 'what came too late since yesterday'],
    ['hotlead dlq list --json | jq .reasons', 'how many of each reason, for programs'],
  ],
  async run(args, terminal) {
    const config = readConfig()
    const limit = args.whole('limit', 50, 1, 200_000)
    const selection = selectionOf(args, Date.now(), config.HOTLEAD_PARTITIONS)
    const settled = args.flag('settled')
    const kafka = await connectKafka(config)
    const letters = new DeadLetters(config, kafka)
    try {
      const all = await letters.find(selection)
      if (all.length === 0 && selection.workspace !== undefined)
        await noteUnknown(config, kafka, selection.workspace, terminal)
      const found = settled ? all : all.filter(f => isOpen(f.state))
      const shown = found.toSorted((a, b) => b.letter.at - a.letter.at).slice(0, limit)
      const reasons = byReason(found)
      if (terminal.json)
        return terminal.value({
          total: found.length,
          reasons,
          letters: shown.map(({ letter, state }) => ({ ...letter, state })),
        })
      if (shown.length > 0) for (const line of letterTable(shown, terminal.width)) terminal.line(line)
      const hidden = all.length - found.length
      const rest = hidden > 0 ? `; ${hidden.toLocaleString('en')} more were retried or purged` : ''
      terminal.note(
        found.length === 0
          ? `No dead letters${rest}.`
          : terminal.style(
              'dim',
              `${shown.length < found.length ? `${shown.length} of ` : ''}${lettersText(found.length)}: ${reasonsText(reasons)}${rest}`,
            ),
      )
      if (found.length > 0) terminal.note(terminal.style('dim', 'See hotlead dlq show P:O for one of them.'))
    } finally {
      await letters.close()
    }
  },
}
