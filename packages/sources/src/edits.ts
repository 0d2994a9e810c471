import { keyId } from './key.ts'
import type { KeySettings, Settings, SourceSettings, WorkspaceSettings } from './settings.ts'

/** A key with where it is. */
export interface Kept {
  workspace: string
  source: string
  key: KeySettings
}

/** Every key, in the order of the settings. */
export function keysOf({ workspaces }: Settings): Kept[] {
  return workspaces.flatMap(w =>
    w.sources.flatMap(s => (s.keys ?? []).map(key => ({ workspace: w.name, source: s.name, key }))),
  )
}

/** With one more key; workspace and source are made where they are not there, origins added to those of the source. */
export function withKey(
  settings: Settings,
  { workspace, source, key }: Kept,
  origins: readonly string[] = [],
): Settings {
  const added = (s: SourceSettings): SourceSettings => {
    const all = [...new Set([...(s.origins ?? []), ...origins])]
    return { ...s, ...(all.length > 0 ? { origins: all } : {}), keys: [...(s.keys ?? []), key] }
  }
  const into = (w: WorkspaceSettings): WorkspaceSettings => ({
    ...w,
    sources: named(w.sources, source, () => ({ name: source }), added),
  })
  return { workspaces: named(settings.workspaces, workspace, () => ({ name: workspace, sources: [] }), into) }
}

/** Without the key of this digest. */
export function withoutKey(settings: Settings, digest: string): Settings {
  return {
    workspaces: settings.workspaces.map(w => ({
      ...w,
      sources: w.sources.map(s =>
        s.keys?.some(k => k.digest === digest) ? { ...s, keys: s.keys.filter(k => k.digest !== digest) } : s,
      ),
    })),
  }
}

/** The keys that a person may mean by the beginning of an id (4 digits or more), or by the last four characters. */
export function keysMeant(settings: Settings, text: string): Kept[] {
  const isId = /^[0-9a-f]{4,12}$/.test(text)
  return keysOf(settings).filter(
    ({ key }) => key.last4 === text || (isId && keyId(key.digest).startsWith(text)),
  )
}

/** The list with the one of that name changed; it comes last where it was not there. */
function named<T extends { name: string }>(
  list: readonly T[],
  name: string,
  create: () => T,
  edit: (one: T) => T,
): T[] {
  return list.some(one => one.name === name)
    ? list.map(one => (one.name === name ? edit(one) : one))
    : [...list, edit(create())]
}
