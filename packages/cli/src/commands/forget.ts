import { agree } from '../ask.ts'
import { type Command, JSON_OPTION, WORKSPACE_OPTION } from '../command.ts'
import { readConfig } from '../config.ts'
import { connectKafka, connectRedis } from '../connect.ts'
import { DeadLetters } from '../dlq/deadLetters.ts'
import { CliError, EXIT } from '../exit.ts'
import { askForLead, askForUnlisted } from '../forget/askEdge.ts'
import { lettersAbout } from '../forget/lettersAbout.ts'
import { forgottenLines, whomText } from '../forget/lines.ts'
import { both, purgeLetters } from '../forget/purgeLetters.ts'
import { untilForgotten } from '../forget/untilForgotten.ts'
import { type Whom, whomToForget } from '../forget/whom.ts'
import { progressLine } from '../progressLine.ts'
import { Reading } from '../reading.ts'
import { number } from '../replay/progress.ts'
import { quoted } from '../terminal.ts'
import { secretHint } from '../whoIs.ts'

export const forget: Command = {
  name: 'forget',
  takes: ['LEAD'],
  about: 'All that is known of a lead goes, with its visitors and user ids',
  details:
    'LEAD is an e-mail address, a user id, an anonymous id, l:… or v:…. The request goes through the edge (HOTLEAD_KEY\n' +
    'must be a secret key of the workspace) into the log, so that it holds for whoever folds the log later; the command\n' +
    'ends when the scorer has done it, and dead letters about the lead are purged. What was received by then and comes\n' +
    'later, from a spool or a dead letter, is passed over. What the lead does from then on counts anew. Who was forgotten\n' +
    'before, or has only dead letters, may be named too: letters that came later are purged. It asks first, unless --yes\n' +
    'says not to. What stays in Kafka until retention takes it is told, and why: docs/privacy.md.',
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
    const letters = new DeadLetters(config, kafka)
    try {
      const reading = await Reading.open(config, kafka, redis)
      const draw = progressLine(terminal)
      const whom = await whomToForget(reading, config, workspace, id, part =>
        draw(part, () => 'looking for its visitors'),
      )
      if (!args.flag('yes')) await agree(question(id, whom), 'Nothing was changed.')
      // Before the edge is asked: where letters cannot be looked through, all is as it was, and can be asked for again.
      const about = () => lettersAbout(config, letters, workspace, whom.about)
      const places = await about()
      // At once, and where the edge may have taken it without saying so: which visitors the lead had is known to this run only.
      const purgeNow = () => purgeLetters(config, kafka, letters, places)
      const until = await askForLead(config, workspace, whom).catch(async error => {
        if (error instanceof CliError && error.exitCode === EXIT.unavailable) await purgeNow()
        throw error
      })
      const purged = await purgeNow()
      await askForUnlisted(config, workspace, whom)
      const visitors = [...whom.listed, ...whom.unlisted.keys()]
      const all = [whom.subject, ...visitors]
      await untilForgotten(reading, workspace, all, until, gone =>
        draw(gone / all.length, () => `${number(gone)} of ${number(all.length)} forgotten`),
      )
      const done = both(purged, await purgeLetters(config, kafka, letters, await about()))
      const { subject: lead, known, forgotten: before } = whom
      const hint = known ? undefined : secretHint(config, id)
      if (hint) terminal.note(hint)
      if (terminal.json)
        return terminal.value({
          lead,
          known,
          forgotten: new Date(until).toISOString(),
          before: before === undefined ? null : new Date(before).toISOString(),
          visitors,
          letters: done,
        })
      for (const line of forgottenLines(id, whom, done)) terminal.line(line)
    } finally {
      redis.disconnect()
      await letters.close()
    }
  },
}

function question(id: string, whom: Whom): string {
  return whom.known
    ? `Forget ${whomText(whom)}? There is no way back.`
    : `Nothing is known of ${quoted(id)}. Forget ${whomText(whom)} all the same, with dead letters about it? There is no way back.`
}
