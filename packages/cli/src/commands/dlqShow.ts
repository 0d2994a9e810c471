import { type Command, JSON_OPTION } from '../command.ts'
import { readConfig } from '../config.ts'
import { connectKafka } from '../connect.ts'
import { adviceOn } from '../dlq/advice.ts'
import { bytesJson } from '../dlq/bytesText.ts'
import { DeadLetters, type Found } from '../dlq/deadLetters.ts'
import type { WholeLetter } from '../dlq/letter.ts'
import { letterLines } from '../dlq/letterLines.ts'
import { selectionOf } from '../dlq/selection.ts'

export const dlqShow: Command = {
  name: 'dlq show',
  takes: ['P:O'],
  about: 'One dead letter: its bytes as they came, why it was refused, and what to do about it',
  details:
    'P:O is the partition and offset that `hotlead dlq list` shows. Bytes that are no plain text are shown as hex, 64 KiB\n' +
    'at most; --bytes writes all of them, and nothing else.',
  options: {
    bytes: { type: 'boolean', about: 'Only the bytes of its value, as they are' },
    ...JSON_OPTION,
  },
  examples: [
    ['hotlead dlq show 3:17', 'why, and what to do'],
    ['hotlead dlq show 3:17 --bytes > event.json', 'to mend it'],
  ],
  async run(args, terminal) {
    const config = readConfig()
    const letters = new DeadLetters(config, await connectKafka(config))
    try {
      const [found] = (await letters.find(selectionOf(args, Date.now(), config.HOTLEAD_PARTITIONS))) as [
        Found,
      ]
      const [letter] = (await letters.whole([found.letter])) as [WholeLetter]
      if (args.flag('bytes')) return terminal.bytes(letter.record.value ?? Buffer.alloc(0))
      if (terminal.json) return terminal.value(letterJson(letter, found))
      for (const line of letterLines(letter, found, terminal, Date.now())) terminal.line(line)
    } finally {
      await letters.close()
    }
  },
}

function letterJson({ record, headers: _, ...letter }: WholeLetter, { state, noted }: Found) {
  return {
    ...letter,
    state,
    note: noted ?? null,
    key: record.keyBytes === undefined ? { text: record.key } : record.keyBytes && bytesJson(record.keyBytes),
    headers: Object.fromEntries(
      Object.entries(record.headers ?? {}).map(([name, values]) => [
        name,
        [values].flat().map(one => bytesJson(Buffer.from(one ?? ''))),
      ]),
    ),
    value: record.value && bytesJson(record.value),
    next: adviceOn(letter, noted),
  }
}
