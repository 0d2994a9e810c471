import { emailAddress } from '../emailAddress.ts'
import { unescaped } from './unescaped.ts'

/**
 * What ends an address in JSON, a query, a header or a sentence; and, around it, what may stand in one too. Each begins where a
 * run does: tried from within it too, one of 32 KB without an `@` took six seconds.
 */
const RUNS = [
  /(?<![^\s"'<>()[\]{},;:\\])[^\s"'<>()[\]{},;:\\]+@[^\s"'<>()[\]{},;:\\]+/g,
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*/gu,
]

/** The e-mail addresses in bytes of which nobody knows what they are, escaped by `%` or `\u` or not; not those that are packed. */
export function addressesIn(bytes: Buffer): Set<string> {
  const text = bytes.toString()
  const found = new Set<string>()
  for (const said of new Set([text, unescaped(text)]))
    for (const run of RUNS)
      for (const [one] of said.matchAll(run)) {
        const address = emailAddress(one)
        if (address !== null) found.add(address)
      }
  return found
}
