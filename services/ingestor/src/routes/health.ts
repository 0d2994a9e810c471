import { healthAnswer, type Registry } from '@hotlead/service'
import type { FastifyInstance } from 'fastify'

/** For load balancers and Prometheus. @param ready says why it cannot take events, if so */
export function health(
  app: FastifyInstance,
  { ready, registry }: { ready(): Promise<string | undefined>; registry: Registry },
): void {
  for (const path of ['/livez', '/readyz', '/metrics'] as const)
    app.get(path, async (_request, reply) => {
      const health = await healthAnswer(path, ready, registry)
      return reply
        .code(health?.status ?? 404)
        .type(health?.type ?? 'text/plain')
        .send(health?.body)
    })
}
