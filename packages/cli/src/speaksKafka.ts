import { Socket } from 'node:net'

/** How a broker was found where it does not answer as one. */
export interface NoBroker {
  /** `away`: takes no connection; `hangs`: takes one and says nothing; `another`: says what no broker says. */
  state: 'away' | 'hangs' | 'another'
  cause: Error
}

/** ms to take a connection: on one machine it is there at once or not at all. */
const CONNECT_WITHIN = 3_000
/** ms to the first answer: a broker that is just starting takes connections seconds before it serves them. */
const ANSWER_WITHIN = 10_000

/** Of this question and its answer. */
const CORRELATION = 7
/** ApiVersions v0 under the name `hl`: what every client asks first, and what brokers of every version answer. */
const QUESTION = Buffer.from([0, 0, 0, 12, 0, 18, 0, 0, 0, 0, 0, CORRELATION, 0, 2, 0x68, 0x6c])

/** Asks a broker for a sign of life. @returns undefined where it gives one */
export function speaksKafka(
  host: string,
  port: number,
  answerWithin = ANSWER_WITHIN,
): Promise<NoBroker | undefined> {
  return new Promise(resolve => {
    const socket = new Socket()
    let state: NoBroker['state'] = 'away'
    const done = (found?: NoBroker) => {
      socket.destroy()
      resolve(found)
    }
    const fail = (why: string) => done({ state, cause: new Error(why) })
    let late = setTimeout(() => fail(`no connection within ${CONNECT_WITHIN} ms`), CONNECT_WITHIN)
    socket.once('error', cause => done({ state, cause }))
    socket.once('close', () => clearTimeout(late))
    socket.once('end', () => fail('closed connection'))
    socket.once('data', answer => {
      if (answer.length >= 8 && answer.readInt32BE(4) === CORRELATION) return done()
      state = 'another'
      fail('it does not speak its protocol')
    })
    socket.connect(port, host, () => {
      state = 'hangs'
      clearTimeout(late)
      late = setTimeout(() => fail(`no answer within ${answerWithin} ms`), answerWithin)
      socket.write(QUESTION)
    })
  })
}
