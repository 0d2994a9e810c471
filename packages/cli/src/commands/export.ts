import { type Command, JSON_OPTION, WORKSPACE_OPTION } from '../command.ts'
import { readConfig } from '../config.ts'
import { connectKafka, connectRedis } from '../connect.ts'
import { type Exported, exportOf } from '../export/exportOf.ts'
import { type Output, toFile, toTerminal } from '../export/output.ts'
import { tallyLines } from '../export/tally.ts'
import { findLead } from '../findLead.ts'
import { Reading } from '../reading.ts'
import { number } from '../replay/progress.ts'
import type { Terminal } from '../terminal.ts'

export const exportLead: Command = {
  name: 'export',
  takes: ['LEAD'],
  about:
    'Everything that is held of one lead, as one JSON document: what a person may ask for (GDPR Art. 15, 20)',
  details:
    'LEAD is an e-mail address, a user id, an anonymous id, l:… or v:…. E-mail addresses and user ids need the HOTLEAD_SECRET\n' +
    'of the ingestor. The document has what Redis holds, and of the log each record under its key and those of its\n' +
    'visitors and user ids, as far as they were this lead then, and dead letters about it. What it did comes once, also\n' +
    'where the log has it twice.\n' +
    'It looks through all states of the workspace in Redis, through those partitions of the log from their start, and\n' +
    'through all dead letters: about 5 s of CPU for every million records in them. Memory does not grow with the log.\n' +
    'The document goes to stdout, which ends early where anything fails; a file is then taken away.',
  options: {
    ...WORKSPACE_OPTION,
    output: { type: 'string', value: 'FILE', about: 'Into a new file that only you may read, not to stdout' },
    force: { type: 'boolean', about: 'Overwrite that file' },
    ...JSON_OPTION,
  },
  examples: [
    ['hotlead export sato@example.co.jp --output sato.json', 'for the person who asks'],
    ['hotlead export v:a1 | jq .activity[].event.name', 'of a visitor who gave no name'],
    ['hotlead export u-17 --output u-17.json --json', 'for programs: how many of what'],
  ],
  async run(args, terminal) {
    const id = args.positionals[0] as string
    const { workspace } = args
    const config = readConfig()
    const path = args.text('output')
    const [kafka, redis] = await Promise.all([connectKafka(config), connectRedis(config)])
    try {
      const reading = await Reading.open(config, kafka, redis)
      const found = await findLead(reading, config, workspace, id)
      const output = path === undefined ? toTerminal(terminal) : toFile(path, args.flag('force'))
      const done = await into(output, () =>
        exportOf({ config, kafka, reading, workspace, found, terminal, write: output.write }),
      )
      tell(terminal, path, { lead: found.subject, ...done })
    } finally {
      redis.disconnect()
    }
  },
}

async function into<T>(output: Output, write: () => Promise<T>): Promise<T> {
  let isWhole = false
  try {
    const done = await write()
    isWhole = true
    return done
  } finally {
    output.close(isWhole)
  }
}

/** What the document has; where that itself went to stdout, on stderr and for eyes only. */
function tell(terminal: Terminal, path: string | undefined, done: Exported & { lead: string }): void {
  const { sections, copies, unsure } = done
  const isFile = path !== undefined
  if (terminal.json) {
    if (isFile) terminal.value({ ...done, file: path })
    return
  }
  const say = (line: string) => (isFile ? terminal.line(line) : terminal.note(line))
  for (const line of tallyLines(sections, terminal.width)) say(line)
  if (copies > 0)
    say(`${number(copies)} records of activity came by a visitor too, and are in the document once.`)
  if (unsure > 0)
    say(
      `${number(unsure)} records of browsers that were several people’s are left out: the log has lost whose they were then.`,
    )
  if (isFile) say(`Everything that is held of ${done.lead} is in ${path}, which only you may read.`)
}
