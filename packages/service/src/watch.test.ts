import { watch } from './watch.ts'

/** Runs a watch over looks that are given beforehand. @returns what it said, once it said it or all looks are spent */
function said(looks: (readonly string[] | Error)[]): Promise<readonly string[] | undefined> {
  return new Promise(resolve => {
    const watching = watch(
      [
        async () => {
          const look = looks.shift()
          if (look === undefined) {
            watching.stop()
            resolve(undefined)
            return []
          }
          if (look instanceof Error) throw look
          return look
        },
      ],
      resolve,
      1,
    )
  })
}

test('what two looks in a row find wrong is said once, and only that', async () => {
  expect(await said([[], ['a'], ['a', 'b'], ['a', 'b']])).toEqual(['a'])
})

test('what was wrong for one look, or cannot be told, is not said', async () => {
  expect(await said([['a'], [], ['a'], new Error('no answer'), ['a'], ['b']])).toBeUndefined()
})
