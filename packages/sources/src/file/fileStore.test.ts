import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storeContract } from '../../test/storeContract.ts'
import { fileStore } from './fileStore.ts'

storeContract(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hotlead-sources-'))
  const path = join(folder, 'sources.yaml')
  return {
    store: fileStore(path),
    other: () => fileStore(path),
    async spoil() {
      const text = await readFile(path, 'utf8')
      await writeFile(path, text.replace('acme', 'a/b'))
      return () => writeFile(path, text)
    },
    async away() {
      await rename(path, `${path}.aside`)
      return () => rename(`${path}.aside`, path)
    },
    close: () => rm(folder, { recursive: true }),
  }
})
