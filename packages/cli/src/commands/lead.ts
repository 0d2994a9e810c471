import { type Command, JSON_OPTION, WORKSPACE_OPTION } from '../command.ts'
import { readConfig } from '../config.ts'
import { connectKafka, connectRedis } from '../connect.ts'
import { findLead } from '../findLead.ts'
import { refusePast, stateAt } from '../foresight.ts'
import { Reading, tierStateOf } from '../reading.ts'
import { storyOf } from '../story.ts'
import { storyLines } from '../storyLines.ts'

/** What --at may be. */
const LATER = 'Give a later time such as --at +7d; `hotlead explain` looks back.'

export const lead: Command = {
  name: 'lead',
  takes: ['ID'],
  about: 'One lead: its score now and why, its tier, what it did, and when it changes next',
  details:
    'ID is an e-mail address, a user id, an anonymous id, or a subject as other commands show it (l:… or v:…).\n' +
    'A visitor that became a known lead leads to that lead. E-mail addresses and user ids are found by their hash,\n' +
    'which needs the HOTLEAD_SECRET of the ingestor. Contributions sum to the score exactly.\n' +
    'With --at of a later time it says what it will be if nothing more happens; `hotlead explain` looks back.',
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
    const at = args.time('at', now, LATER) ?? now
    const { workspace } = args
    const config = readConfig()
    const [kafka, redis] = await Promise.all([connectKafka(config), connectRedis(config)])
    try {
      const reading = await Reading.open(config, kafka, redis)
      const { view, subject, visitor, lead, model } = await findLead(reading, config, workspace, id)
      const standing = tierStateOf(model, view)
      refusePast(lead, standing, at, now)
      const state = stateAt(model, lead, standing, now, at)
      const story = storyOf({ workspace, subject, visitor, lead, state, model, at })
      if (terminal.json) return terminal.value(story)
      const look = { style: terminal.style.bind(terminal), width: terminal.width }
      for (const line of storyLines(story, model, id, args.flag('all'), look)) terminal.line(line)
    } finally {
      redis.disconnect()
    }
  },
}
