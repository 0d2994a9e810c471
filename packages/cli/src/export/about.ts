import { topicNames } from '@hotlead/contracts'
import kafkajs, { type Kafka } from 'kafkajs'
import type { CliConfig } from '../config.ts'
import { lengthText } from '../times.ts'
import { READ, type ReadTopic } from './keyedLog.ts'

/** What a topic's own settings say, as they are at present and not as they were made. */
export interface Kept {
  policy: string
  /** ms; -1: for ever */
  retention: number
}

/** Asks Kafka how long each topic keeps its records. */
export async function keptBy(config: CliConfig, kafka: Kafka): Promise<Record<ReadTopic, Kept>> {
  const names = topicNames(config.HOTLEAD_TOPIC_PREFIX)
  const admin = kafka.admin()
  await admin.connect()
  try {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: READ.map(topic => ({
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name: names[topic],
        configNames: ['cleanup.policy', 'retention.ms'],
      })),
    })
    const kept = READ.map(topic => {
      const entries = resources.find(r => r.resourceName === names[topic])?.configEntries
      const said = (name: string) => entries?.find(e => e.configName === name)?.configValue ?? ''
      return [topic, { policy: said('cleanup.policy'), retention: Number(said('retention.ms')) }]
    })
    return Object.fromEntries(kept)
  } finally {
    await admin.disconnect()
  }
}

/** What each part of the document is, and how long it is kept, in words for the person whom it is about. */
export function aboutParts(kept: Readonly<Record<ReadTopic, Kept>>) {
  return {
    format:
      'Times named at, exportedAt and so on beside a record are ISO 8601; those inside a record are milliseconds since 1970. ' +
      'subject: l:… is a person by the keyed hash of an e-mail address or a user id, v:… a browser or device by its id.',
    state: {
      what:
        'What is known now: counters of what was done by kind and hour, attributes, the latest activities, the score and ' +
        'its reasons, the tier; of the person and of each browser and user id that is the person.',
      kept: 'until it is erased',
    },
    activity: {
      what:
        'What was done and when it came: page views, forms, mails opened, follow-ups by sales, outcomes, and which browser ' +
        'or user id turned out to be the person. Each once; one with via was sent on from that browser’s records, which ' +
        'no longer have it.',
      kept: keptText(kept.activity),
    },
    scores: { what: 'The score as it stood, with its reasons.', kept: keptText(kept.scores) },
    tiers: { what: 'Moves from one tier to another, with what made them.', kept: keptText(kept.tiers) },
    hotLeads: {
      what: 'Announcements to sales that the person is likely to buy.',
      kept: keptText(kept['hot-leads']),
    },
    deadLetters: {
      what:
        'What came about the person and could not be taken, byte by byte (base64 where it is no text), and why. Keys of ' +
        'those who sent it are left out.',
      kept: keptText(kept['dead-letter']),
    },
    notHere:
      'Events that wait on an edge’s own disk while Kafka is away, until they are in the log; copies that others took of ' +
      'the log or of announcements; backups.',
  }
}

function keptText({ policy, retention }: Kept): string {
  const limit = retention < 0 ? 'without limit' : `for ${lengthText(retention)} after it was written`
  if (policy === 'compact')
    return 'the latest of each subject until it is erased; earlier ones until they are tidied away'
  return policy === 'delete' ? limit : `${limit}, at most (${policy})`
}
