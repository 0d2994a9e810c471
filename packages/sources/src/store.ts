import type { Settings } from './settings.ts'

/** What a store held at one moment. */
export interface Held {
  settings: Settings
  /** Another one after every change. */
  version: string
  /** ms since 1970, in a store that may fall back: tells a copy of earlier times from a new change. */
  writtenAt: number | undefined
}

/** Where workspaces, sources and keys are kept. Two do it: a file, for one machine, and Redis, for many. */
export interface SourceStore {
  /** As sentences call it: a path, or Redis with its address. */
  readonly place: string
  /**
   * Another text whenever something was changed, and cheap to ask for; undefined: nothing is there.
   * @throws where it cannot be reached
   */
  mark(): Promise<string | undefined>
  /**
   * Everything; undefined: nothing is there.
   * @throws ConfigError where what is there makes no sense; any other error where it cannot be reached
   */
  read(): Promise<Held | undefined>
  /**
   * Replaces everything at once, so that a reader sees all of it or nothing.
   * @param over the version that was read before; undefined: nothing was there
   * @returns false, and nothing changed, where somebody else has written meanwhile
   */
  write(settings: Settings, over: string | undefined): Promise<boolean>
  /**
   * Puts back what was held before, with its own version, where the store can lose what it was given. A file cannot: if
   * it is gone, a person took it away.
   */
  restore?(held: Held, over: string | undefined): Promise<boolean>
}

/** Attempts at a change: each that fails means that somebody else's has succeeded. */
const ATTEMPTS = 10

/**
 * Reads, changes and writes; again where somebody else has written between the two.
 * @param edit pure; what it throws goes through
 * @throws what the store does
 */
export async function change<T>(
  store: SourceStore,
  edit: (settings: Settings) => { settings: Settings; result: T },
): Promise<T> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const held = await store.read()
    const { settings, result } = edit(held?.settings ?? { workspaces: [] })
    if (await store.write(settings, held?.version)) return result
  }
  throw new Error(`${store.place} was changed by others ${ATTEMPTS} times while this change was made`)
}
