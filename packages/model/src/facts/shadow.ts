/** No signal's name begins so. */
const MARK = '@'

/** Name of facts that a recount counts beside the present ones. */
export function shadowName(id: string, name: string): string {
  return `${MARK}${id} ${name}`
}

/** Nobody reads these, so a model's reach says nothing of them. */
export function isShadow(name: string): boolean {
  return name.startsWith(MARK)
}
