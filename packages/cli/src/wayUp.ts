import type { Running } from '@hotlead/local/background'

/** How parts that are down on this machine come up. @param running `npm start`, where it runs */
export function wayUp(running: Running | undefined): string {
  if (!running) return 'On one machine `npm start` brings everything up.'
  const { pid, isReady, logs } = running
  return isReady
    ? `\`npm start\` runs here (pid ${pid}) and starts anew what ended: why it did is in ${logs}. \`hotlead down\` and \`hotlead up\` start everything anew.`
    : `\`npm start\` runs here (pid ${pid}) and is not ready yet: ask again in a moment; what it does is in ${logs}.`
}
