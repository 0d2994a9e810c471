import { wayUp } from './wayUp.ts'

test('where `npm start` runs it is not to be started', () => {
  expect(wayUp(undefined)).toMatch(/`npm start` brings everything up/)
  const running = { pid: 7, isReady: true, logs: '.hotlead/logs' }
  expect(wayUp(running)).toMatch(
    /^`npm start` runs here \(pid 7\) and starts anew what ended.* \.hotlead\/logs\./,
  )
  expect(wayUp({ ...running, isReady: false })).toMatch(/is not ready yet: ask again in a moment/)
})
