import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Subject } from '@hotlead/contracts'
import { hmac, type MailKey, type MailSecret, mailKey } from './keys.ts'

/** What a token says: which mail to whom, and of a link in it which one and where it leads. */
export interface Mail {
  workspace: string
  lead: Subject
  /** The mail, as its sender calls it. */
  message: string
  /** Undefined for the pixel. */
  click: { link: string; target: string } | undefined
}

/**
 * Characters of the signature: 96 of HMAC-SHA256's 256 bits. Guessing can only be done by asking the edge, and a hundred
 * thousand tries a second for a hundred years hit with a chance of one in 10^14. RFC 2104 asks for 80 bits at least.
 */
export const SIGNATURE_CHARS = 16
/** Names that a mail tool gives to mails and links; as long as may stand in a URL without pain. */
export const MAX_NAME = 100
/** Mail clients and gateways carry URLs of about 2,000 characters, and this is a third longer in a token. */
export const MAX_TARGET = 1_500
/** No token is longer: workspace 60, lead 24, two names of 100 characters of 3 bytes each, target 1,500, as base64. */
const MAX_TOKEN = 3_000

/**
 * `id.content.signature`: the key's id; base64url of workspace, lead, message, and of a link its name and target, one a line;
 * base64url of the first 96 bits of HMAC-SHA256 over what stands before. Signed and not encrypted: who has the mail may read
 * it. More lines have no meaning yet, and such a token is none.
 */
export function signToken({ workspace, lead, message, click }: Mail, { id, key }: MailKey): string {
  const lines = [workspace, lead, message, ...(click ? [click.link, click.target] : [])]
  const signed = `${id}.${Buffer.from(lines.join('\n')).toString('base64url')}`
  return `${signed}.${signatureOf(signed, key)}`
}

/** Stands in for a key that is not known, so that such a token costs what any other does. */
const NOBODY: MailSecret = { id: '', secret: randomBytes(32).toString('base64url') }

/**
 * What a token says, where one of the secrets has signed it; undefined for everything else. The text is signed, not the
 * bytes that it stands for, so a token has one spelling. Every text of one length costs the same two HMACs, whatever is wrong.
 */
export function readToken(token: string, secrets: readonly MailSecret[]): Mail | undefined {
  const parts = token.slice(0, MAX_TOKEN).split('.')
  const [id = '', content = '', signature = ''] = parts
  const known = secrets.find(s => s.id === id)
  const lines = Buffer.from(content, 'base64url').toString('utf8').split('\n')
  const { key } = mailKey(known ?? NOBODY, lines[0] as string)
  const expected = Buffer.from(signatureOf(`${id}.${content}`, key))
  const given = Buffer.alloc(SIGNATURE_CHARS)
  given.write(signature, 'latin1')
  const isSame = timingSafeEqual(given, expected)
  const isToken = parts.length === 3 && signature.length === SIGNATURE_CHARS && known !== undefined
  return isSame && isToken ? mailOf(lines) : undefined
}

function signatureOf(text: string, key: string): string {
  return hmac(key, text).slice(0, SIGNATURE_CHARS)
}

/** Whoever holds a key may sign anything: what is no mail is refused all the same. */
function mailOf(lines: readonly string[]): Mail | undefined {
  const [workspace = '', lead = '', message = '', link = '', to = ''] = lines
  if (!isWorkspace(workspace) || !isLead(lead) || !isName(message)) return undefined
  if (lines.length === 3) return { workspace, lead, message, click: undefined }
  const target = targetOf(to)
  if (lines.length !== 5 || !isName(link) || target === undefined) return undefined
  return { workspace, lead, message, click: { link, target } }
}

/** As the file of sources has it. */
export function isWorkspace(text: string): boolean {
  return /^[a-zA-Z0-9_-]{1,60}$/.test(text)
}

/** A mail goes to an address, so it is about a known lead. */
function isLead(text: string): boolean {
  return /^l:[A-Za-z0-9_-]{22}$/.test(text)
}

export function isName(text: string): boolean {
  return text.length >= 1 && text.length <= MAX_NAME && !hasControls(text)
}

/** An absolute http or https URL without a password, as it may stand in a Location header; undefined where it is none. */
export function targetOf(text: string): string | undefined {
  if (text.length > MAX_TARGET || !/^https?:\/\/[^/?#\\]/i.test(text) || hasControls(text)) return undefined
  const url = URL.parse(text)
  const isPlain = url?.username === '' && url.password === '' && url.href.length <= MAX_TARGET
  return isPlain ? url.href : undefined
}

function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text)
}
