import { firstTier, type Model } from '@hotlead/model'
import { type Args, type Command, JSON_OPTION, WORKSPACE_OPTION } from '../command.ts'
import { readConfig } from '../config.ts'
import { connectKafka, connectRedis } from '../connect.ts'
import { counted } from '../counted.ts'
import { CliError, EXIT, usage } from '../exit.ts'
import { firstModelOf } from '../models.ts'
import { Question } from '../question.ts'
import { type Ranked, Ranking, rank, rankingCsv, rankingLines } from '../ranking.ts'
import { type KeyView, Reading } from '../reading.ts'
import { number } from '../replay/progress.ts'
import { quoted } from '../terminal.ts'

/** What --at may be. */
const LATER = 'Leave it out, or give a later time such as --at +7d.'

/** Leads that are listed at most: each is some 300 bytes here. */
const MOST = 1_000_000

/** The tier asked for as the model spells it; undefined for all. */
function tierOf(args: Args, model: Model): string | undefined {
  const asked = args.text('tier')
  if (asked === undefined) return undefined
  const tier = model.tiers.find(t => t.name.toLowerCase() === asked.toLowerCase())
  if (!tier)
    throw usage(
      `The model ${model.name} has no tier ${quoted(asked)}.`,
      `It has ${model.tiers.map(t => t.name).join(', ')}.`,
    )
  return tier.name
}

/** From the index of a tier; the lowest is in none (who never left it is not kept by tiering), so all are looked at. */
async function* viewsOf(
  reading: Reading,
  partition: number,
  workspace: string,
  tier: string | undefined,
  lowest: string,
): AsyncGenerator<KeyView[]> {
  if (tier !== undefined && tier !== lowest) yield await reading.inTier(partition, workspace, tier)
  else yield* reading.all(partition, workspace)
}

export const leads: Command = {
  name: 'leads',
  about: 'Leads by their score now, the highest first',
  details:
    'With --tier of any but the lowest it reads an index; without, it looks at every lead of the workspace.\n' +
    'Where a part of the state is being rebuilt its leads are left out, and it ends with 69.',
  options: {
    ...WORKSPACE_OPTION,
    tier: { type: 'string', value: 'NAME', about: 'Only leads in this tier' },
    where: {
      type: 'string',
      value: 'CONDITION',
      about: 'Only leads of which it holds: a condition as in the model file, which may ask for the tier too',
    },
    at: {
      type: 'string',
      value: 'TIME',
      about: 'As it will be then if nothing more happens: ISO 8601, or +7d (in 7 days)',
    },
    limit: { type: 'string', value: 'N', about: 'At most so many (default 20; with --csv all)' },
    csv: { type: 'boolean', about: 'As CSV with a head line, for spreadsheets' },
    ...JSON_OPTION,
  },
  examples: [
    ['hotlead leads --tier HOT', 'whom to call'],
    [
      "hotlead leads --where 'all: [{ tier: WARM }, { count: { signal: pricing, within: 7d, atLeast: 2 } }]'",
      'warm, and came for the price twice this week',
    ],
    ["hotlead leads --where 'followUps: { atMost: 0 }' --tier HOT --csv", 'a list for a spreadsheet'],
    ['hotlead leads --limit 100 --json | jq .leads[].subject', 'for programs'],
  ],
  async run(args, terminal) {
    const csv = args.flag('csv')
    const limit = args.whole('limit', csv ? MOST : 20, 1, MOST)
    const now = Date.now()
    const at = args.time('at', now, LATER) ?? now
    if (at < now) throw usage('--at lies in the past, and leads are known as they are now.', LATER)
    const { workspace } = args
    const config = readConfig()
    const [kafka, redis] = await Promise.all([connectKafka(config), connectRedis(config)])
    try {
      const reading = await Reading.open(config, kafka, redis)
      const latest = reading.latestModel(workspace)
      if (!latest)
        throw new CliError(
          EXIT.notFound,
          `The workspace ${workspace} has no scoring model, so it has no leads.`,
          firstModelOf(workspace),
        )
      const tier = tierOf(args, latest)
      const asked = args.text('where')
      const question = asked === undefined ? undefined : new Question(asked, latest)
      const ranking = new Ranking(limit)
      const rebuilding: string[] = []
      for (const partition of reading.partitions) {
        const read = await reading.whole(partition, async () => {
          const found = new Map<string, Ranked>()
          for await (const views of viewsOf(reading, partition, workspace, tier, firstTier(latest)))
            for (const view of views) {
              const ranked = rank(view, version => reading.model(workspace, version), { now, at, question })
              if (ranked && (tier === undefined || ranked.tier === tier)) found.set(ranked.subject, ranked)
            }
          return found
        })
        if ('reason' in read) rebuilding.push(read.reason)
        else for (const lead of read.found.values()) ranking.add(lead)
      }
      const best = ranking.best()
      const total = [...ranking.tiers.values()].reduce((a, b) => a + b, 0)
      if (terminal.json)
        terminal.value({
          workspace,
          at,
          total,
          tiers: Object.fromEntries(ranking.tiers),
          leads: best,
          rebuilding,
        })
      else if (csv) for (const line of rankingCsv(best)) terminal.line(line)
      else {
        if (best.length > 0) for (const line of rankingLines(best, at, terminal.width)) terminal.line(line)
        const counts = latest.tiers
          .toReversed()
          .map(t => `${t.name} ${(ranking.tiers.get(t.name) ?? 0).toLocaleString('en')}`)
          .join(', ')
        const what = tier === undefined ? ` (${counts})` : ` in ${tier}`
        terminal.note(terminal.style('dim', `${number(best.length)} of ${counted(total, 'lead')}${what}`))
        for (const reason of rebuilding) terminal.note(reason)
      }
      // A list that is not whole must not pass for one, also where only its numbers are looked at.
      if (rebuilding.length > 0)
        throw new CliError(
          EXIT.unavailable,
          `The list is without ${rebuilding.length} of ${reading.partitions.length} partitions, which are being rebuilt or not there.`,
          '`hotlead status` shows how far they are.',
        )
    } finally {
      redis.disconnect()
    }
  },
}
