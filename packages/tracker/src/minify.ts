import { readFileSync } from 'node:fs'
import { minify } from '@swc/core'

/** tracker.js as it is served. */
export async function minified(): Promise<string> {
  const source = readFileSync(new URL('tracker.js', import.meta.url), 'utf8')
  const { code } = await minify(source, { compress: { passes: 2 }, mangle: true, ecma: 2020, module: false })
  return `${code}\n`
}
