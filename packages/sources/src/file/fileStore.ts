import { hash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ConfigError } from '@hotlead/service'
import type { SourceStore } from '../store.ts'
import { exclusively, replaceFile } from './replaceFile.ts'
import { editedText, parseSettings } from './text.ts'

/** Of a file of sources: some 50,000 keys. From 1,000 on it should be JSON, which is read 100 times as fast as YAML. */
const MAX_BYTES = 16_777_216

/** Sources in a YAML or JSON file, for one machine, or for many that get the same file. */
export function fileStore(file: string): SourceStore {
  const path = resolve(file)
  /** null: not looked at yet. */
  let looked: string | undefined | null = null
  let settled: string | undefined

  async function text(): Promise<string | undefined> {
    const { size } = (await stat(path).catch(unlessMissing)) ?? {}
    if (size === undefined) return undefined
    if (size > MAX_BYTES)
      throw new ConfigError([`${path}: has ${size} bytes and must have at most ${MAX_BYTES}`])
    return readFile(path, 'utf8')
  }

  return {
    place: path,
    /**
     * By what the file system says of the file: it costs a few µs, and sees a replaced file, a moved link (as Kubernetes
     * changes mounted files) and network mounts, of which no notification tells. A file in the middle of being written
     * by an editor is left alone until two looks in a row find it the same.
     */
    async mark() {
      const s = await stat(path, { bigint: true }).catch(unlessMissing)
      const now = s && `${s.dev}/${s.ino} ${s.size} ${s.mtimeNs} ${s.ctimeNs}`
      if (now === looked || looked === null) settled = now
      looked = now
      return settled
    },
    async read() {
      const now = await text()
      if (now === undefined) return undefined
      return { settings: parseSettings(now, path), version: versionOf(now), writtenAt: undefined }
    },
    write: (settings, over) =>
      exclusively(path, async () => {
        const now = await text()
        if ((now === undefined ? undefined : versionOf(now)) !== over) return false
        const next = editedText(now ?? '', settings)
        // What is written must be read back by every ingestor: a mistake of ours is found here and not there.
        parseSettings(next, path)
        await replaceFile(path, next)
        return true
      }),
  }
}

function versionOf(text: string): string {
  return hash('sha256', text, 'hex')
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
