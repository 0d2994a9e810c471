import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { schemaText } from '@hotlead/contracts'

/**
 * The id by which the registry knew the schema of a topic's records when it was asked last, kept in the spool: records have
 * it in them, and an ingestor that starts while the registry is away could write none.
 */
export class KeptSchema {
  readonly #path: string
  readonly #root: string
  readonly #digest = createHash('sha256').update(schemaText('activity')).digest('base64url')

  /** @param root of the spool @param topic whose records have the schema of `activity` */
  constructor(root: string, topic: string) {
    this.#root = root
    // A name that begins with a dot is no process's folder.
    this.#path = join(root, `.${topic}-schema.json`)
  }

  /** Undefined where none was kept, or that of another schema: this version's was never registered from here. */
  async read(): Promise<number | undefined> {
    try {
      const { digest, id } = JSON.parse(await readFile(this.#path, 'utf8'))
      return digest === this.#digest && Number.isInteger(id) ? id : undefined
    } catch {
      return undefined
    }
  }

  /** @throws where the disk does not take it */
  async keep(id: number): Promise<void> {
    if ((await this.read()) === id) return
    await mkdir(this.#root, { recursive: true })
    const making = `${this.#path}.${randomUUID()}`
    await writeFile(making, JSON.stringify({ digest: this.#digest, id }))
    await rename(making, this.#path)
  }
}
