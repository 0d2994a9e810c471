import { number } from './replay/progress.ts'

/** `1 key`, `1,200 keys`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`
}
