import { setFlagsFromString } from 'node:v8'
import './index.ts'

setFlagsFromString('--allow-natives-syntax')

test('with ioredis loaded, strings are as fast as without', () => {
  const isFast = new Function('return %HasFastProperties(String.prototype)') as () => boolean
  expect(isFast()).toBe(true)
})
