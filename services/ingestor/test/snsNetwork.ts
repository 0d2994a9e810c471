import { sign } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, globalAgent } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type ConnectionOptions, connect } from 'node:tls'
import { type Certificate, certificate } from './certificate.ts'

export const SNS = 'https://sns.eu-central-1.amazonaws.com'
const HOSTS = ['sns.eu-central-1.amazonaws.com', 'sns.cn-north-1.amazonaws.com.cn']

/**
 * SNS as this process sees it: an HTTPS server on loopback with a certificate for SNS's host names. Only the wire is
 * changed: sockets of node's global agent go to it, whatever host they are for, and trust its certificate. URLs, host names,
 * TLS and its check of names are node's own, so what anybody fetches, our code or `sns-validator`, is fetched as ever.
 */
export class SnsNetwork {
  /** Hosts that were dialled. */
  readonly dialled: string[] = []
  /** `host/path?query` of what was asked for, in that order. */
  readonly asked: string[] = []
  /** What lies where; 404 elsewhere. */
  readonly answers = new Map<string, (response: ServerResponse, request: IncomingMessage) => void>()
  /** The certificate with whose key `signed` signs. It lies at `/signing.pem`. */
  readonly signing: Certificate = certificate('sns.amazonaws.com')
  readonly #close: () => Promise<void>

  private constructor(close: () => Promise<void>) {
    this.#close = close
    this.answers.set('/signing.pem', response => response.end(this.signing.pem))
  }

  static async open(): Promise<SnsNetwork> {
    const tls = certificate(...HOSTS)
    const key = tls.privateKey.export({ type: 'pkcs8', format: 'pem' })
    const server = createServer({ key, cert: tls.pem }, (request, response) => {
      network.asked.push(`${request.headers.host}${request.url}`)
      const answer = network.answers.get(request.url ?? '') ?? (r => r.writeHead(404).end())
      answer(response, request)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const agent = globalAgent as unknown as { createConnection?: unknown }
    const network = new SnsNetwork(async () => {
      delete agent.createConnection
      globalAgent.destroy()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    })
    agent.createConnection = (options: ConnectionOptions & { servername?: string }) => {
      network.dialled.push(String(options.host))
      return connect({ ...options, host: '127.0.0.1', port, ca: tls.pem })
    }
    return network
  }

  /** A message of SNS with its signature. */
  signed(message: Record<string, string>, version: '1' | '2' = '2'): Record<string, string> {
    const names = [
      'Message',
      'MessageId',
      'Subject',
      'SubscribeURL',
      'Timestamp',
      'Token',
      'TopicArn',
      'Type',
    ]
    const text = names
      .filter(name => message[name] !== undefined)
      .map(name => `${name}\n${message[name]}\n`)
      .join('')
    return {
      ...message,
      SignatureVersion: version,
      Signature: sign(
        version === '1' ? 'sha1' : 'sha256',
        Buffer.from(text),
        this.signing.privateKey,
      ).toString('base64'),
      SigningCertURL: message.SigningCertURL ?? `${SNS}/signing.pem`,
    }
  }

  close(): Promise<void> {
    return this.#close()
  }
}
