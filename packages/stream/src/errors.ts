/** Another owner has the partition, or what this one holds in memory may not be true any more: drop it, acquire anew. */
export class OwnershipLostError extends Error {
  readonly code = 'ownership_lost'
}

/** Going on would give wrong results, and trying again would not help: the process says so and stops. */
export class RefusedError extends Error {
  readonly code = 'refused'
}

/** @throws RefusedError with the sentence, where there is one */
export function refuseIf(sentence: string | undefined): void {
  if (sentence !== undefined) throw new RefusedError(sentence)
}
