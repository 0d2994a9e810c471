import { keyOf, splitKey } from '@hotlead/contracts'
import { type Command, JSON_OPTION, WORKSPACE_OPTION } from '../command.ts'
import { readConfig } from '../config.ts'
import { connectKafka, connectRedis } from '../connect.ts'
import { CliError, EXIT } from '../exit.ts'
import { refusePast } from '../foresight.ts'
import { type KeyView, Reading, tierStateOf } from '../reading.ts'
import { storyOf } from '../story.ts'
import { storyLines } from '../storyLines.ts'
import { printable } from '../terminal.ts'
import { secretHint, subjectsOf } from '../whoIs.ts'

/** The first of the subjects that the scorer knows, and where it was a visitor, the lead that it is by now. */
async function find(
  reading: Reading,
  workspace: string,
  subjects: readonly string[],
): Promise<{ view: KeyView; visitor: string | undefined } | undefined> {
  for (const subject of subjects) {
    const view = await reading.key(keyOf(workspace, subject))
    const lead = view.score?.lead
    if (!lead) continue
    if (lead.alias === null) return { view, visitor: undefined }
    return { view: await reading.key(keyOf(workspace, lead.alias)), visitor: subject }
  }
  return undefined
}

export const lead: Command = {
  name: 'lead',
  takes: ['ID'],
  about: 'One lead: its score now and why, its tier, what it did, and when it changes next',
  details:
    'ID is an e-mail address, a user id, an anonymous id, or a subject as other commands show it (l:… or v:…).\n' +
    'A visitor that became a known lead leads to that lead. E-mail addresses and user ids are found by their hash,\n' +
    'which needs the HOTLEAD_SECRET of the ingestor. Contributions sum to the score exactly.\n' +
    'Facts are kept as they are now, so --at takes now and later times, and none before the last activity.',
  options: {
    ...WORKSPACE_OPTION,
    at: {
      type: 'string',
      value: 'TIME',
      about: 'As it will be then if nothing more happens: ISO 8601, or +7d (in 7 days)',
    },
    all: { type: 'boolean', about: 'All activities that are kept (32), not only the last 10' },
    ...JSON_OPTION,
  },
  examples: [
    ['hotlead lead sato@example.co.jp', 'by e-mail address'],
    ['hotlead lead a1 --at 2026-12-24', 'a visitor, as it will stand at Christmas'],
    ['hotlead lead l:3q2-7wAB --json | jq .contributions', 'for programs'],
  ],
  async run(args, terminal) {
    const id = args.positionals[0] as string
    const now = Date.now()
    const at = args.time('at', now) ?? now
    const { workspace } = args
    const config = readConfig()
    const [kafka, redis] = await Promise.all([connectKafka(config), connectRedis(config)])
    try {
      const reading = await Reading.open(config, kafka, redis)
      const found = await find(reading, workspace, subjectsOf(config.HOTLEAD_SECRET, id))
      if (!found)
        throw new CliError(
          EXIT.notFound,
          `The workspace ${workspace} knows no lead “${printable(id)}”.`,
          [
            'ID is an e-mail address, a user id or an anonymous id; `hotlead leads` lists those there are.',
            secretHint(config, id),
          ]
            .filter(Boolean)
            .join('\n'),
        )
      const { view, visitor } = found
      const { subject } = splitKey(view.key)
      if (!view.score?.lead)
        throw new CliError(
          EXIT.notFound,
          `“${printable(id)}” is the lead ${subject} by now, whose facts have not arrived yet.`,
          'Ask again in a moment; `hotlead status` shows how far the scorer is.',
        )
      const model = reading.model(workspace, view.score.model)
      refusePast(view.score.lead, tierStateOf(model, view), at, now)
      const story = storyOf({ workspace, subject, visitor, view, model, now, at })
      if (terminal.json) return terminal.value(story)
      const look = { style: terminal.style.bind(terminal), width: terminal.width }
      for (const line of storyLines(story, model, id, args.flag('all'), look)) terminal.line(line)
    } finally {
      redis.disconnect()
    }
  },
}
