import type { FastifyInstance } from 'fastify'

/**
 * Which methods a path has, for whoever comes with another (RFC 9110, 15.5.6). Called before the routes are made, which
 * it hears of one by one.
 */
export function methodsOf(app: FastifyInstance): (path: string) => string[] {
  const routes: { pattern: RegExp; methods: readonly string[] }[] = []
  app.addHook('onRoute', ({ method, url }) => {
    // Preflights are answered everywhere: that makes no path.
    const methods = [method].flat().filter(m => m !== 'OPTIONS')
    if (methods.length > 0) routes.push({ pattern: patternOf(url), methods })
  })
  return path => {
    const methods = routes.filter(r => r.pattern.test(path)).flatMap(r => r.methods)
    return methods.length === 0 ? [] : [...new Set(methods), 'OPTIONS']
  }
}

/** `/v1/leads/:id` is any id, `/e/*` whatever follows. */
function patternOf(url: string): RegExp {
  const escaped = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replace(/:\w+/g, '[^/]+').replace(/\*/g, '.*')}$`)
}
