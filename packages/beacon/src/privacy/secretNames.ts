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

/** How the rest of a secret's name may go on below what it begins with: `number` of `card.number`. */
const ENDS: ReadonlySet<string> = new Set(
  [...SECRET_NAMES].flatMap(name => Array.from(name.slice(1), (_, i) => name.slice(i + 1))),
)

/** What is known of a name by itself. */
interface Name {
  /** As the list has them; '' for one that is too long to be in it. */
  plain: string
  isSecret: boolean
  /** Whether it may be one below others. */
  isEnd: boolean
  /** A place in a list, as in `card[0][number]`: that is no level. */
  isPlace: boolean
  /** Of one with dots, which is several. */
  parts: readonly string[] | undefined
}

/**
 * Names come again and again, so each is looked at once: an event has some 25. 5,000 of at most 60 characters: 2 MB.
 */
const MOST = 5_000
const LONGEST = 60
const known = new Map<string, Name>()

function nameOf(name: string): Name {
  const before = known.get(name)
  if (before !== undefined) return before
  const plain = name.length > LONGEST ? '' : name.toLowerCase().replace(/[_\-. ]/g, '')
  const isPlace = /^\d+$/.test(name)
  const found: Name = {
    plain,
    isSecret: SECRET_NAMES.has(plain),
    isEnd: !isPlace && ENDS.has(plain),
    isPlace,
    parts: name.includes('.') ? name.split('.') : undefined,
  }
  if (name.length > LONGEST) return found
  if (known.size >= MOST) known.clear()
  known.set(name, found)
  return found
}

/** Plain names of what a field stands in, the nearest first; '' where there is none. A place in a list is none. */
export interface Above {
  parent: string
  grandparent: string
}
export const TOP: Above = { parent: '', grandparent: '' }

/**
 * Whether what is called so is a secret, alone or with the one or two names above it: `card.number`, `cc.card.number`.
 * @param name with dots it is several
 */
export function isSecret(name: string, above: Above): boolean {
  const found = nameOf(name)
  return found.parts === undefined
    ? isSecretName(found, above)
    : throughParts(found.parts, above) === undefined
}

/** What stands above the fields of a field; undefined where it is a secret itself. @param name with dots it is several */
export function under(name: string, above: Above): Above | undefined {
  const found = nameOf(name)
  return found.parts === undefined ? step(found, above) : throughParts(found.parts, above)
}

function throughParts(parts: readonly string[], above: Above): Above | undefined {
  let at: Above | undefined = above
  for (const part of parts) {
    at = step(nameOf(part), at)
    if (at === undefined) return undefined
  }
  return at
}

function step(name: Name, above: Above): Above | undefined {
  if (name.isPlace) return above
  if (isSecretName(name, above)) return undefined
  return { parent: name.plain, grandparent: above.parent }
}

function isSecretName({ plain, isSecret, isEnd }: Name, { parent, grandparent }: Above): boolean {
  return (
    isSecret ||
    (isEnd &&
      parent !== '' &&
      (SECRET_NAMES.has(parent + plain) || SECRET_NAMES.has(grandparent + parent + plain)))
  )
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
    if (parts.some(part => BEGINNINGS.has(nameOf(part.trim()).plain))) return true
  }
  return false
}
