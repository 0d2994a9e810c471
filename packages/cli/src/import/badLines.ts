/** Lines that are named; all are counted. */
const LISTED = 100

/** Lines that are no events, each with its reason. */
export class BadLines {
  readonly listed: { file: string; line: number; problem: string }[] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  add(file: string, line: number, problem: string): void {
    this.#count++
    if (this.listed.length < LISTED) this.listed.push({ file, line, problem: problem.slice(0, 500) })
  }
}
