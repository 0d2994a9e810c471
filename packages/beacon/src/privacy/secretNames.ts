/**
 * Names of what nobody's score needs and nobody's log may have, as they are once letter case and `_`, `-`, `.` and spaces
 * are gone. Among them those of HTML's autocomplete for secrets (`cc-number`, `current-password`, `one-time-code`):
 * https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill
 */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  ...['password', 'passwd', 'pwd', 'passphrase', 'passcode', 'currentpassword', 'oldpassword', 'newpassword'],
  ...['userpassword', 'passwordconfirmation', 'passwordconfirm', 'confirmpassword', 'passwordrepeat'],
  ...['repeatpassword', 'onetimecode', 'otp'],
  ...[
    'secret',
    'clientsecret',
    'secretkey',
    'privatekey',
    'apikey',
    'accesstoken',
    'refreshtoken',
    'idtoken',
  ],
  ...['authtoken', 'authorization', 'sessiontoken'],
  ...['cardnumber', 'cardno', 'creditcard', 'creditcardnumber', 'debitcardnumber', 'ccnumber', 'ccnum'],
  ...[
    'cvc',
    'cvc2',
    'cvv',
    'cvv2',
    'cccsc',
    'cccvc',
    'cccvv',
    'cardcvc',
    'cardcvv',
    'cardcode',
    'securitycode',
  ],
  ...['cardsecuritycode', 'iban', 'ssn', 'socialsecuritynumber', 'nationalinsurancenumber', 'taxid'],
])

/** Names come again and again, so each is looked at once. 5,000 of at most 60 characters: under 1 MB. */
const MOST = 5_000
const LONGEST = 60
const plain = new Map<string, string>()

/** A name as the list has them; '' for one that is too long to be in it. */
export function plainName(name: string): string {
  const known = plain.get(name)
  if (known !== undefined) return known
  if (name.length > LONGEST) return ''
  if (plain.size >= MOST) plain.clear()
  const said = name.toLowerCase().replace(/[_\-. ]/g, '')
  plain.set(name, said)
  return said
}

/**
 * Whether what is called so is a secret, alone or with the one or two names above it: `card.number`, `cc.card.number`.
 * @param name and the others by `plainName`; '' where there is none
 */
export function isSecret(name: string, parent = '', grandparent = ''): boolean {
  return (
    SECRET_NAMES.has(name) ||
    (parent !== '' && (SECRET_NAMES.has(parent + name) || SECRET_NAMES.has(grandparent + parent + name)))
  )
}

/** Plain names of what a field stands in, the nearest first; '' where there is none. A place in a list is none. */
export interface Above {
  parent: string
  grandparent: string
}
export const TOP: Above = { parent: '', grandparent: '' }

/** What stands above the fields of a field; undefined where it is a secret itself. @param name with dots it is several */
export function under(name: string, above: Above): Above | undefined {
  if (!name.includes('.')) return step(name, above)
  let at: Above | undefined = above
  for (const part of name.split('.')) {
    at = step(part, at)
    if (at === undefined) return undefined
  }
  return at
}

function step(name: string, above: Above): Above | undefined {
  if (isPlace(name)) return above
  const plain = plainName(name)
  if (isSecret(plain, above.parent, above.grandparent)) return undefined
  return { parent: plain, grandparent: above.parent }
}

/** Whether it is a place in a list, as in `card[0][number]`: that is no level. */
function isPlace(name: string): boolean {
  const first = name.charCodeAt(0)
  return first >= 0x30 && first <= 0x39 && /^\d+$/.test(name)
}

/** As somebody's JSON, query or form has a name: between what begins one and what ends one, in any spelling. */
const IN_TEXT = new RegExp(
  `(?:^|["'&?{,.\\[\\s\\\\])(?:${[...SECRET_NAMES].map(name => [...name].join('[_\\-. ]*')).join('|')})(?:["'\\\\\\]]|\\s*[:=])`,
  'i',
)

/** Whether a text that nobody could read may have such a field in it. */
export function namesSecret(text: string): boolean {
  return IN_TEXT.test(text)
}

/** What a secret's name may begin with where the rest of it stands a level below. */
const BEGINNINGS: ReadonlySet<string> = new Set(
  [...SECRET_NAMES].flatMap(name => Array.from(name, (_, i) => name.slice(0, i)).filter(part => part !== '')),
)
/** What a level begins with. */
const OPENS = /[[{]|%5B/gi
const BETWEEN = new Set(' \t\r\n:"\'\\]')

/**
 * Whether a text that nobody could read may have a secret whose name is spread over levels (`"card":{"number"`,
 * `card[number]=`): cheap, and a yes too often rather than too seldom. Each character is looked at a few times at most.
 */
export function namesSecretInParts(text: string): boolean {
  for (const { index } of text.matchAll(OPENS)) {
    let end = index
    while (end > 0 && BETWEEN.has(text.charAt(end - 1))) end--
    let start = end
    while (start > 0 && end - start < LONGEST && /[\w\-. ]/.test(text.charAt(start - 1))) start--
    const parts = text.slice(start, end).split('.')
    if (parts.some(part => BEGINNINGS.has(plainName(part.trim())))) return true
  }
  return false
}
