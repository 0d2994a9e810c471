import { readFileSync } from 'node:fs'

const IMPORT = /^import \{ \w+(?:, \w+)* \} from '(\.[\w./]+)'$/
const DECLARATION = /^(?:export )?(?:const|let|function) (\w+)/

/**
 * An ES module and all that it imports as one classic script: each module once, after those that it needs, in one
 * function, so that nothing of them is global but what they put on `window`. Names are left as they are, so each may be
 * declared at the top of one module only.
 * @throws Error at a name that two modules declare (swc would let it pass, and browsers would not), and at an import or
 * export that would have to be rewritten
 */
export function bundled(entry: URL): string {
  const seen = new Set<string>()
  const declared = new Map<string, string>()
  function lines(module: URL): string[] {
    if (seen.has(module.href)) return []
    seen.add(module.href)
    return readFileSync(module, 'utf8')
      .split('\n')
      .flatMap(line => {
        const path = IMPORT.exec(line)?.[1]
        if (path) return lines(new URL(path, module))
        if (/^(import\b|export (default|\{|\*))/.test(line))
          throw new Error(
            `${module.pathname}: ${line}: write import { a, b } from './file.js' on one line, and export before what is declared`,
          )
        const name = DECLARATION.exec(line)?.[1]
        if (name !== undefined) {
          const other = declared.get(name)
          if (other) throw new Error(`${module.pathname}: ${name} is declared in ${other} too: rename one`)
          declared.set(name, module.pathname)
        }
        return line.replace(/^export /, '')
      })
  }
  return `;(() => {\n${lines(entry).join('\n')}\n})()`
}
