/** What the load process is told once. */
export interface LoadOrder {
  seed: number
  /** Events a second. */
  rate: number
  /** Base URLs of the ingestors. */
  ingestors: string[]
  /** Straight to Kafka, for poison. */
  kafka: string
  /** Where acknowledged ids are appended. */
  ackedFile: string
}

/** Then, for every round: send until told to end. */
export type LoadCommand =
  | { kind: 'open'; order: LoadOrder; topicPrefix: string }
  | { kind: 'begin'; round: number }
  /** Of the rate, from now on; each round begins with all of it. */
  | { kind: 'pace'; share: number }
  | { kind: 'end' }

export interface LoadCounts {
  /** Events made, duplicates included. */
  events: number
  /** Of them acknowledged. */
  acked: number
  /** Requests that were sent once more, since no 2xx came. */
  retries: number
  /** Records that nobody can read, written straight to `activity`. */
  poison: number
}

export type LoadMessage =
  | { kind: 'ready' }
  | ({ kind: 'counts' } & LoadCounts)
  | ({ kind: 'done' } & LoadCounts)
  | { kind: 'failed'; why: string }
