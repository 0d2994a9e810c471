import { type KeyObject, X509Certificate } from 'node:crypto'
import { fetched } from './https.ts'

/** Of a certificate: its key; `none`: there is no certificate at that place; `unknown`: nobody can tell at present. */
export type Found = KeyObject | 'none' | 'unknown'

/** Keys that are kept: a region has one certificate at a time, for a year or so. 1 KB each. */
const KEPT = 32
/** Fetches at one time. Whoever knows the ARN of a topic can ask for one with each request. */
const FETCHES = 8

/** The keys of SNS's certificates, fetched once each. */
export class Certificates {
  readonly #keys = new Map<string, KeyObject>()
  readonly #fetching = new Map<string, Promise<Found>>()

  /** @param url that was found to be one of SNS */
  async key(url: string): Promise<Found> {
    const kept = this.#keys.get(url)
    if (kept !== undefined) {
      // The one that was used last comes last.
      this.#keys.delete(url)
      this.#keys.set(url, kept)
      return kept
    }
    const running = this.#fetching.get(url)
    if (running !== undefined) return running
    if (this.#fetching.size >= FETCHES) return 'unknown'
    const fetching = this.#fetch(url).finally(() => this.#fetching.delete(url))
    this.#fetching.set(url, fetching)
    return fetching
  }

  async #fetch(url: string): Promise<Found> {
    let status: number
    let body: string
    try {
      ;({ status, body } = await fetched(url))
    } catch {
      return 'unknown'
    }
    if (status >= 500 || status === 429) return 'unknown'
    const key = status === 200 ? rsaKeyOf(body) : undefined
    if (key === undefined) return 'none'
    const [oldest] = this.#keys.keys()
    if (oldest !== undefined && this.#keys.size >= KEPT) this.#keys.delete(oldest)
    this.#keys.set(url, key)
    return key
  }
}

function rsaKeyOf(pem: string): KeyObject | undefined {
  try {
    const { publicKey } = new X509Certificate(pem)
    return publicKey.asymmetricKeyType === 'rsa' ? publicKey : undefined
  } catch {
    return undefined
  }
}
