import { storeContract } from '../test/storeContract.ts'
import { MemoryStore } from './memory.ts'

storeContract(async () => {
  const store = new MemoryStore()
  return {
    store,
    async dump() {
      const contents = store.dump()
      return async () => store.restore(contents)
    },
    wipeAll: async () => store.restore(undefined),
    claimAgain: async token => store.restore({ ...store.dump(), stamp: `${token}/0` }),
    index: async name => [...store.index(name)],
  }
})
