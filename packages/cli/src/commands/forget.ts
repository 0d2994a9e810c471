import { HOT_RETENTION } from '@hotlead/contracts'
import type { Kafka } from 'kafkajs'
import { agree } from '../ask.ts'
import { type Command, JSON_OPTION, WORKSPACE_OPTION } from '../command.ts'
import { type CliConfig, readConfig } from '../config.ts'
import { connectKafka, connectRedis } from '../connect.ts'
import { DeadLetters } from '../dlq/deadLetters.ts'
import { lettersText } from '../dlq/letterTable.ts'
import { Operator } from '../dlq/operator.ts'
import { type Purged, purge } from '../dlq/purge.ts'
import { deleteAtEdge } from '../edge.ts'
import { CliError, EXIT } from '../exit.ts'
import { findLead } from '../findLead.ts'
import { lettersAbout } from '../forget/lettersAbout.ts'
import { untilForgotten } from '../forget/untilForgotten.ts'
import { progressLine } from '../progressLine.ts'
import { Reading } from '../reading.ts'
import { number } from '../replay/progress.ts'

const DAY = 24 * 60 * 60 * 1000
const NONE: Purged = { purged: 0, deleted: 0, remain: 0 }

export const forget: Command = {
  name: 'forget',
  takes: ['LEAD'],
  about: 'All that is known of a lead goes, with its visitors and user ids',
  details:
    'LEAD is an e-mail address, a user id, an anonymous id, l:… or v:…. The request goes through the edge (HOTLEAD_KEY\n' +
    'must be a secret key of the workspace) into the log, so that it holds for whoever folds the log later; the command\n' +
    'ends when the scorer has done it, and dead letters about the lead are purged. What was received by then and comes\n' +
    'later, from a spool or a dead letter, is passed over. What the lead does from then on counts anew. It asks first,\n' +
    'unless --yes says not to. What stays in Kafka until retention takes it is told, and why: docs/privacy.md.',
  options: {
    ...WORKSPACE_OPTION,
    yes: { type: 'boolean', about: 'Do not ask' },
    ...JSON_OPTION,
  },
  examples: [
    ['hotlead forget sato@example.co.jp', 'who asks to be forgotten'],
    ['hotlead forget v:a1 --yes --json', 'in a script'],
  ],
  async run(args, terminal) {
    const id = args.positionals[0] as string
    const { workspace } = args
    const config = readConfig()
    const [kafka, redis] = await Promise.all([connectKafka(config), connectRedis(config)])
    try {
      const reading = await Reading.open(config, kafka, redis)
      const { subject, lead } = await findLead(reading, config, workspace, id)
      const others = lead.visitors.map(v => v.visitor)
      const whom = `${subject}${others.length > 0 ? ` with ${number(others.length)} visitors and user ids` : ''}`
      if (!args.flag('yes')) await agree(`Forget ${whom}? There is no way back.`, 'Nothing was changed.')
      const until = await askToForget(config, subject)
      const draw = progressLine(terminal)
      const all = [subject, ...others]
      await untilForgotten(reading, workspace, all, until, gone =>
        draw(gone / all.length, () => `${number(gone)} of ${number(all.length)} forgotten`),
      )
      const letters = await purgeLetters(config, kafka, workspace, new Set(all))
      if (terminal.json) return terminal.value({ lead: subject, visitors: others, letters })
      terminal.line(`Forgotten: ${whom}.`)
      if (letters.purged > 0) terminal.line(`${lettersText(letters.purged)} about it purged.`)
      terminal.line(
        'Until Kafka’s own retention takes them, the records from which it was counted stay in activity (as long as that topic\n' +
          `keeps them), announcements in hot-leads (${HOT_RETENTION / DAY} days)` +
          (letters.remain > 0 ? `, the bytes of ${lettersText(letters.remain)} (30 days)` : '') +
          '; scores and tiers lose theirs with the next\ncompaction after a day. Nobody who reads the log counts them any more.',
      )
    } finally {
      redis.disconnect()
    }
  },
}

/** @returns until when all is forgotten, ms since 1970 */
async function askToForget(config: CliConfig, subject: string): Promise<number> {
  const { status, problems, until } = await deleteAtEdge(config, `/v1/leads/${encodeURIComponent(subject)}`)
  if (status === 200 && until !== undefined) return until
  const isKey = status === 401
  throw new CliError(
    status === 503 || status === 429 ? EXIT.unavailable : EXIT.failed,
    `The edge has not taken it (${status}): ${problems.join('; ')}.`,
    isKey ? 'Set HOTLEAD_KEY to a secret key of the workspace.' : 'Run it again; nothing was changed so far.',
  )
}

async function purgeLetters(
  config: CliConfig,
  kafka: Kafka,
  workspace: string,
  subjects: ReadonlySet<string>,
): Promise<Purged> {
  const letters = new DeadLetters(config, kafka)
  let operator: Operator | undefined
  try {
    if ((await lettersAbout(config, letters, workspace, subjects)).length === 0) return NONE
    operator = await Operator.begin(config, kafka)
    return await purge({ letters, operator, kafka }, await lettersAbout(config, letters, workspace, subjects))
  } finally {
    await Promise.all([operator?.close(), letters.close()])
  }
}
