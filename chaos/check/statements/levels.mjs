import { crc32 } from 'node:zlib'

/** Whether readers of both isolation levels were given the same records: a running sum of each partition, for each. */
export class Levels {
  #sums = new Map()

  take(topic, partition, records, uncommitted) {
    const place = `${topic}/${partition}`
    const sums = this.#sums.get(place) ?? [
      { records: 0, sum: 0 },
      { records: 0, sum: 0 },
    ]
    this.#sums.set(place, sums)
    const own = sums[uncommitted ? 0 : 1]
    for (const { key, value, offset } of records) {
      own.records++
      own.sum = (Math.imul(own.sum, 31) + offset + crc32(key) + (value ? crc32(value) : 1)) | 0
    }
  }

  /** Partitions in which the two differ since the last call. */
  differences() {
    const found = []
    for (const [place, [uncommitted, committed]] of this.#sums) {
      if (uncommitted.sum !== committed.sum || uncommitted.records !== committed.records)
        found.push(
          `${place}: read uncommitted gives ${uncommitted.records} records, read committed ${committed.records}, or others`,
        )
      committed.sum = uncommitted.sum
      committed.records = uncommitted.records
    }
    return found
  }
}
