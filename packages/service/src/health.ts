import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'

/** Why the service is not ready, or undefined where it is. */
export type Ready = () => Promise<string | undefined>

export interface Answer {
  status: number
  type: string
  body: string
}

/** How long a readiness check may take before the answer is "not ready": below any probe's own time-out. */
const READY_WITHIN = 2_000

/**
 * Answers /livez (the process runs), /readyz (503 with the reason where it cannot do its work) and /metrics; undefined
 * for any other path. For services that have an HTTP server of their own; the others use `healthServer`.
 */
export async function healthAnswer(
  path: string,
  ready: Ready,
  registry: Registry,
): Promise<Answer | undefined> {
  if (path === '/livez') return { status: 200, type: 'text/plain', body: 'ok\n' }
  if (path === '/readyz') {
    const reason = await withinTime(ready)
    return { status: reason === undefined ? 200 : 503, type: 'text/plain', body: `${reason ?? 'ok'}\n` }
  }
  if (path === '/metrics') return { status: 200, type: registry.contentType, body: await registry.metrics() }
  return undefined
}

async function withinTime(ready: Ready): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>(resolve => {
    timer = setTimeout(resolve, READY_WITHIN, `the readiness check took over ${READY_WITHIN} ms`)
  })
  try {
    return await Promise.race([ready(), late])
  } catch (error) {
    return (error as Error).message
  } finally {
    clearTimeout(timer)
  }
}

export interface HealthServer {
  /** The port taken, also where 0 was asked for. */
  port: number
  close(): Promise<void>
}

/** @throws where the port is taken, naming the port */
export async function healthServer(options: {
  port: number
  host: string
  ready: Ready
  registry: Registry
}): Promise<HealthServer> {
  const server = createServer(async (request, response) => {
    try {
      const path = (request.url ?? '').split('?', 1)[0] as string
      const answer = await healthAnswer(path, options.ready, options.registry)
      const { status, type, body } = answer ?? { status: 404, type: 'text/plain', body: 'not found\n' }
      response.writeHead(status, { 'content-type': type }).end(body)
    } catch (error) {
      response.writeHead(500).end(`${(error as Error).message}\n`)
    }
  })
  await listen(server, options.port, options.host)
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', cause =>
      reject(
        new Error(`cannot listen on ${host}:${port}: take another port or end what holds it`, { cause }),
      ),
    )
    server.listen(port, host, resolve)
  })
}
