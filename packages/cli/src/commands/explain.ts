import type { Lead, Taken } from '@hotlead/contracts'
import { type Gap, leadAt } from '@hotlead/model'
import { type Command, JSON_OPTION, WORKSPACE_OPTION } from '../command.ts'
import { readConfig } from '../config.ts'
import { connectKafka, connectRedis } from '../connect.ts'
import { CliError, EXIT } from '../exit.ts'
import { findLead } from '../findLead.ts'
import { stateAt } from '../foresight.ts'
import { gapText } from '../gapWords.ts'
import { activationsOf } from '../history.ts'
import { movesOf, stateBefore } from '../pastState.ts'
import { Reading, tierStateOf } from '../reading.ts'
import { openCodec } from '../registry.ts'
import { storyOf } from '../story.ts'
import { storyLines } from '../storyLines.ts'
import { timeText } from '../times.ts'

export const explain: Command = {
  name: 'explain',
  takes: ['ID'],
  about: 'One lead at any time, also a past one: its score and why, and its tier, by the model of that time',
  details:
    'ID is as for `hotlead lead`. Of the past it says what facts still tell: counts are kept by the hour as far as the\n' +
    'model looks back, attributes with their latest value, moves of tier for a week at least. What is no longer known\n' +
    'is left out and listed; where nothing is listed, it is exactly as it was.',
  options: {
    ...WORKSPACE_OPTION,
    at: { type: 'string', value: 'TIME', about: 'ISO 8601, 3d (ago), +7d (ahead); default now' },
    ...JSON_OPTION,
  },
  examples: [
    ['hotlead explain sato@example.co.jp --at 2026-11-20', 'why was it called on Friday?'],
    ['hotlead explain a1 --at 2h --json | jq .gaps', 'what is no longer known of two hours ago'],
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
      const found = await findLead(reading, config, workspace, id)
      const { view, subject, visitor } = found
      let { lead, model } = found
      let state = stateAt(model, lead, tierStateOf(model, view), now, at)
      let gaps: Gap[] = []
      let moves: 'known' | 'gone' = 'known'
      if (at < now) {
        if (at < lead.first)
          throw new CliError(
            EXIT.notFound,
            `On ${timeText(at)} nothing was known of this lead: its first activity is of ${timeText(lead.first)}.`,
            'Give a later time.',
          )
        const then = activationsOf(reading.published(workspace)).findLast(a => a.at <= at)
        if (then) model = reading.model(workspace, then.version)
        const past = leadAt(model, lead, at, view.score?.clock ?? now)
        const stood = stateBefore(
          model,
          await movesOf(config, kafka, await openCodec(config, 'tiers'), view),
          lead.first,
          at,
        )
        lead = past.lead
        gaps = [...past.gaps, ...recountedSince(lead, await reading.recounted(view.partition, workspace), at)]
        state = stood.state
        if (!stood.sure) moves = 'gone'
      }
      const story = storyOf({ workspace, subject, visitor, lead, state, model, at })
      if (terminal.json) return terminal.value({ ...story, gaps, moves })
      const look = { style: terminal.style.bind(terminal), width: terminal.width }
      const unknown = [
        ...(moves === 'gone'
          ? ['its moves before that time are no longer kept: it may have been in another tier']
          : []),
        ...gaps.map(gapText),
      ]
      if (unknown.length > 0) {
        terminal.line(terminal.style('bold', `No longer known of ${timeText(at)}`))
        for (const text of unknown) terminal.line(`  ${text}`)
        terminal.line()
      }
      for (const line of storyLines(story, model, id, false, look)) terminal.line(line)
    } finally {
      redis.disconnect()
    }
  },
}

/** What a model counts otherwise than the one of that time did, of the signals that the lead has. */
function recountedSince({ signals }: Lead, recount: Taken | undefined, at: number): Gap[] {
  if (!recount || recount.at <= at) return []
  const { facts, at: since } = recount
  return signals.flatMap(({ name }) =>
    facts.includes(name) ? [{ kind: 'recounted', signal: name, since }] : [],
  )
}
