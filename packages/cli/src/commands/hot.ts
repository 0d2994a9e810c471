import { type Codec, type HotLead, topicNames } from '@hotlead/contracts'
import type { LogRecord } from '@hotlead/kafka'
import { announcementJson, announcementLines } from '../announcement.ts'
import { type Command, JSON_OPTION } from '../command.ts'
import { type CliConfig, readConfig } from '../config.ts'
import { connectKafka } from '../connect.ts'
import { Following } from '../following.ts'
import { interruption } from '../interrupt.ts'
import { noteUnknown } from '../noteUnknown.ts'
import { decode, openCodec } from '../registry.ts'

/** Those of a workspace since a time, oldest first. */
async function hotLeads(
  config: CliConfig,
  codec: Codec<HotLead>,
  records: readonly LogRecord[],
  { since, workspace }: { since: number | undefined; workspace: string | undefined },
): Promise<HotLead[]> {
  const found: HotLead[] = []
  for (const { value } of records) {
    if (!value) continue
    const hot = await decode(config, codec, value)
    if (workspace !== undefined && hot.workspace !== workspace) continue
    if (since === undefined || hot.since >= since) found.push(hot)
  }
  return found.sort((a, b) => a.since - b.since)
}

export const hot: Command = {
  name: 'hot',
  about: 'Leads as they become HOT, each with its reasons',
  details:
    'Prints what is there (hot-leads keeps 90 days), oldest first, and ends; with --follow it goes on with what comes\n' +
    'until Ctrl-C, which ends it with 0. It reads on its own: no consumer group, nothing is taken from anyone.',
  options: {
    follow: { type: 'boolean', short: 'f', about: 'Go on with what comes' },
    since: { type: 'string', value: 'TIME', about: 'Only from then on: ISO 8601, 2h (ago) or now' },
    workspace: { type: 'string', value: 'NAME', about: 'Only of this workspace (default all)' },
    json: { ...JSON_OPTION.json, about: 'One JSON object a line' },
  },
  examples: [
    ['hotlead hot --follow --since now', 'from now on'],
    ['hotlead hot --since 24h', 'since yesterday'],
    ['hotlead hot --follow --json | jq -r .email', 'for programs'],
  ],
  async run(args, terminal) {
    const since = args.time('since', Date.now())
    const workspace = args.text('workspace')
    const config = readConfig()
    const kafka = await connectKafka(config)
    const codec = await openCodec(config, 'hot-leads')
    const topic = topicNames(config.HOTLEAD_TOPIC_PREFIX)['hot-leads']
    const following = new Following(kafka, topic, config.HOTLEAD_PARTITIONS)
    let count = 0
    const show = async (records: readonly LogRecord[], from: number | undefined) => {
      for (const hot of await hotLeads(config, codec, records, { since: from, workspace })) {
        if (terminal.json) terminal.value(announcementJson(hot), 0)
        else {
          if (count > 0) terminal.line()
          for (const line of announcementLines(hot, { style: terminal.style.bind(terminal) }))
            terminal.line(line)
        }
        count++
      }
    }
    try {
      await show(await following.past(since), since)
      if (count === 0 && workspace !== undefined) await noteUnknown(config, kafka, workspace, terminal)
      if (!args.flag('follow')) {
        if (count === 0 && !terminal.json) terminal.note('No lead became HOT in that time.')
        return
      }
      const signal = interruption()
      if (!terminal.json) terminal.note(terminal.style('dim', 'Waiting for the next; Ctrl-C ends.'))
      // What is announced now is news, also where a backlog made it HOT by an earlier clock.
      for await (const records of following.coming(signal, text => terminal.note(text)))
        await show(records, undefined)
    } finally {
      // Not waited for: a fetch may still be under way.
      following.close().catch(() => {})
    }
  },
}
