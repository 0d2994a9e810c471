import { hash, randomBytes } from 'node:crypto'

export const KEY_KINDS = ['write', 'secret'] as const
/** A write key may only write events and is public: it stands in pages. A secret key may do the rest, from servers. */
export type KeyKind = (typeof KEY_KINDS)[number]

const PREFIX = { write: 'wk_', secret: 'sk_' } as const satisfies Record<KeyKind, string>
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** Of 62: 190 bits. Letters and digits only, so that a double click takes all of it and no URL has to escape it. */
const CHARACTERS = 32

/** A new key, such as `wk_` and 32 letters and digits. Leak scanners find all of ours by `\b[ws]k_[0-9A-Za-z]{32}\b`. */
export function newKey(kind: KeyKind): string {
  let text = ''
  // 248 is the largest multiple of 62 in a byte: the bytes above it would make some characters likelier.
  while (text.length < CHARACTERS)
    for (const byte of randomBytes(CHARACTERS))
      if (byte < 248 && text.length < CHARACTERS) text += ALPHABET[byte % 62]
  return PREFIX[kind] + text
}

/**
 * What is kept of a key: `sha256:` and 64 hexadecimal digits. One round of a fast hash is enough, since nobody can go
 * through 2^190 keys; a slow one (bcrypt, argon2) mends passwords that people choose, and would let anybody who sends
 * wrong keys burn the edge's CPU.
 */
export function digestOf(key: string): string {
  return `sha256:${hash('sha256', key, 'hex')}`
}

/** What a key is called where it must not be shown: 12 digits of its digest, from which nobody finds the key. */
export function keyId(digest: string): string {
  return digest.slice('sha256:'.length, 'sha256:'.length + 12)
}

/** The characters by which a person knows a key again in a list: 24 of its 190 bits. */
export function lastFour(key: string): string {
  return key.slice(-4)
}
