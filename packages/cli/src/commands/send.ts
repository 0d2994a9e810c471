import { randomUUID } from 'node:crypto'
import { beaconOf } from '../beacon.ts'
import { type Command, JSON_OPTION } from '../command.ts'
import { ingestorUrl, readConfig } from '../config.ts'
import { type EdgeAnswer, postToEdge } from '../edge.ts'
import { CliError, EXIT } from '../exit.ts'

/** A refusal of the edge as a sentence with what to do next. */
export function edgeRefusal(answer: EdgeAnswer): CliError {
  if (answer.deadLettered > 0)
    return new CliError(
      EXIT.failed,
      `The edge put ${answer.deadLettered} event(s) aside in dead-letter: they will not score.`,
      'What is older than a day needs a secret key (HOTLEAD_KEY); each dead letter names its reason.',
    )
  const { status, error, problems, retryAfter } = answer
  const why = problems.length > 0 ? problems.join('; ') : (error ?? 'no reason given')
  const next =
    status === 401
      ? 'Set HOTLEAD_KEY to a key of your workspace (the demo workspace has sk_demo).'
      : status === 503 || status === 429
        ? `Send it again${retryAfter === undefined ? ' later' : ` in ${retryAfter} s`}; \`hotlead status\` shows what is down.`
        : 'Nothing was counted.'
  const exitCode = status >= 500 || status === 429 ? EXIT.unavailable : EXIT.failed
  return new CliError(exitCode, `The HTTP edge answered ${status}: ${why}.`, next)
}

export const send: Command = {
  name: 'send',
  takes: ['TYPE'],
  about: 'Send one beacon by hand: a page, track or identify event, through the HTTP edge',
  details:
    'TYPE is page, track or identify. HOTLEAD_URL says where the edge is (default this machine), HOTLEAD_KEY with\n' +
    'which key (default sk_demo). It ends with 0 once Kafka has the event.',
  options: {
    'anonymous-id': { type: 'string', value: 'ID', about: 'The visitor' },
    email: { type: 'string', value: 'ADDRESS', about: 'E-mail address of a known lead' },
    'user-id': { type: 'string', value: 'ID', about: 'Your own id of a known lead' },
    url: { type: 'string', value: 'URL', about: 'The page: needed by a page beacon' },
    event: { type: 'string', value: 'NAME', about: 'What happened: needed by a track beacon' },
    property: {
      type: 'string',
      short: 'p',
      value: 'NAME=VALUE',
      multiple: true,
      about: 'Of the event; may be repeated. Numbers, true and false are such',
    },
    trait: {
      type: 'string',
      value: 'NAME=VALUE',
      multiple: true,
      about: 'Of the person; may be repeated',
    },
    at: { type: 'string', value: 'TIME', about: 'When it happened: ISO 8601 or 2h (ago); default now' },
    'message-id': { type: 'string', value: 'ID', about: 'The event’s own id: the same id counts once' },
    ...JSON_OPTION,
  },
  examples: [
    [
      'hotlead send page --anonymous-id a1 --url https://www.example.com/pricing',
      'a visitor looks at prices',
    ],
    [
      'hotlead send track --anonymous-id a1 --email sato@example.co.jp --event "Form Submitted"',
      'the visitor becomes a known lead',
    ],
    [
      'hotlead send identify --email sato@example.co.jp --trait company="Example KK"',
      'what is known of a lead',
    ],
  ],
  async run(args, terminal) {
    const { path, body } = beaconOf({
      type: args.positionals[0] as string,
      anonymousId: args.text('anonymous-id'),
      userId: args.text('user-id'),
      email: args.text('email'),
      url: args.text('url'),
      event: args.text('event'),
      properties: args.list('property'),
      traits: args.list('trait'),
      messageId: args.text('message-id') ?? randomUUID(),
      at: args.time('at', Date.now()),
    })
    const config = readConfig()
    const started = performance.now()
    const answer = await postToEdge(config, path, body)
    if (answer.status !== 200 || answer.deadLettered > 0) throw edgeRefusal(answer)
    const ms = Math.round(performance.now() - started)
    const who = args.text('email') ?? args.text('user-id') ?? args.text('anonymous-id')
    const url = ingestorUrl(config)
    if (terminal.json)
      return terminal.value({ accepted: true, url: `${url}${path}`, messageId: body.messageId, ms })
    terminal.line(`${args.positionals[0]} accepted: ${url} answered 200 in ${ms} ms`)
    terminal.note(terminal.style('dim', `See hotlead lead ${who}`))
  },
}
