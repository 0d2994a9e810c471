/** Segment's own limits: 32 KB an event, 500 KB a batch. */
export const MAX_EVENT_BYTES = 32 * 1024
export const MAX_BATCH_BYTES = 500 * 1024
/** What a batch says in `context` for all of its events: each of up to 5,000 has it. */
export const MAX_SHARED_BYTES = 32 * 1024
/**
 * And the most that it may come to in all of its events together: an eighth of a queue of 64 MiB. 1.3 KB of gzip could
 * become 155 MB of records otherwise. SDKs stay below it with any context: they batch 250 events at most.
 */
export const MAX_SHARED_TOTAL = 8 * 1024 * 1024
/** Beyond this the socket is not read on: 413. Between the two limits the client gets a 400 that says why. */
export const MAX_SOCKET_BYTES = 1024 * 1024
/** Ten times what SDKs put into a batch. As a dead letter an event costs some 500 bytes more than it does here, and at most about 8 KB: 40 MB of a queue of 64 MiB. */
export const MAX_BATCH_EVENTS = 5_000
/** Ids become record keys. */
export const MAX_ID_CHARS = 255
/** Names of events and pages. */
export const MAX_NAME_CHARS = 1024
