import {
  isName,
  isWorkspace,
  MAX_NAME,
  MAX_TARGET,
  type Mail,
  mailKey,
  mailSecrets,
  signToken,
  subjectOf,
  targetOf,
} from '@hotlead/beacon'
import { type Args, type Command, JSON_OPTION, WORKSPACE_OPTION } from '../command.ts'
import { ingestorUrl, readConfig } from '../config.ts'
import { usage } from '../exit.ts'

export const mailLink: Command = {
  name: 'mail link',
  about: 'The URLs that stand in a mail to a lead: its pixel, and one of its links',
  details:
    'Whoever loads the pixel opens the mail, and whoever follows the link clicks it: events “Email Opened” and “Email Link\n' +
    'Clicked” of this lead. The link leads to --to and nowhere else: that is signed. HOTLEAD_URL says where the edge is.\n' +
    'A mail tool makes them itself, by a few lines in any language: services/ingestor/README.md has them.',
  options: {
    lead: { type: 'string', value: 'ID', about: 'To whom the mail goes: an e-mail address or l:…' },
    message: { type: 'string', value: 'NAME', about: 'The mail, as you call it: a campaign, an issue' },
    link: { type: 'string', value: 'NAME', about: 'A link in it, as you call it; with --to' },
    to: { type: 'string', value: 'URL', about: 'Where the link leads; with --link' },
    ...WORKSPACE_OPTION,
    ...JSON_OPTION,
  },
  examples: [
    ['hotlead mail link --lead sato@example.co.jp --message spring-1', 'the pixel'],
    [
      'hotlead mail link --lead sato@example.co.jp --message spring-1 --link price --to https://www.example.com/pricing',
      'the pixel and a link',
    ],
    [
      'hotlead mail link --lead sato@example.co.jp --message spring-1 --link honeypot --to https://www.example.com/',
      'a link to hide from people: who follows it is a mail scanner (docs/machines.md)',
    ],
  ],
  async run(args, terminal) {
    const config = readConfig()
    const mail = mailOf(args, config.HOTLEAD_SECRET)
    const [secret] = mailSecrets(config)
    const key = mailKey(secret, mail.workspace)
    const base = `${ingestorUrl(config)}/e`
    const open = `${base}/o/${signToken({ ...mail, click: undefined }, key)}.gif`
    const click = mail.click && `${base}/c/${signToken(mail, key)}`
    if (terminal.json)
      return terminal.value({ lead: mail.lead, message: mail.message, key: key.id, open, click })
    terminal.line(`open   ${open}`)
    if (click) terminal.line(`click  ${click}`)
  },
}

/** @throws CliError (usage) naming the option that is missing or wrong */
function mailOf(args: Args, secret: string): Mail {
  const name = (option: string, example: string): string => {
    const given = args.text(option)
    if (given === undefined) throw usage(`hotlead mail link needs --${option}.`, `For instance ${example}.`)
    if (!isName(given))
      throw usage(
        `--${option} must be 1 to ${MAX_NAME} characters without control characters, has ${given.length}.`,
      )
    return given
  }
  const who = args.text('lead')
  if (who === undefined)
    throw usage('hotlead mail link needs --lead.', 'For instance --lead sato@example.co.jp.')
  const lead = subjectOf(secret, who)
  if (!lead?.startsWith('l:'))
    throw usage('--lead must be an e-mail address, or l:… as `hotlead leads` shows it.')
  const message = name('message', '--message spring-1')
  const { workspace } = args
  if (!isWorkspace(workspace))
    throw usage('--workspace must be 1 to 60 letters, digits, dashes and underscores.')
  const mail = { workspace, lead, message }
  const to = args.text('to')
  if (to === undefined && args.text('link') === undefined) return { ...mail, click: undefined }
  const link = name('link', '--link price')
  const target = to === undefined ? undefined : targetOf(to)
  if (target === undefined)
    throw usage(
      to === undefined
        ? 'A link needs --to.'
        : `--to must be a whole URL of http or https, without a password and of at most ${MAX_TARGET} characters.`,
      'For instance --to https://www.example.com/pricing.',
    )
  return { ...mail, click: { link, target } }
}
