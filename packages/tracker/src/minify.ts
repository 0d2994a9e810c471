import { minify } from '@swc/core'
import { bundled } from './bundle.ts'

/** tracker.js, with its parts, as it is served. */
export async function minified(): Promise<string> {
  const source = bundled(new URL('tracker.js', import.meta.url))
  const { code } = await minify(source, { compress: { passes: 2 }, mangle: true, ecma: 2020, module: false })
  return `${code}\n`
}
