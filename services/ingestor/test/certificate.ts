import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** A certificate of a test's own, as PEM, and its key. */
export interface Certificate {
  pem: string
  privateKey: KeyObject
}

/**
 * A self-signed X.509 certificate (RSA 2048, SHA-256) for these host names, valid in 2000 to 2049: node makes keys and no
 * certificates. RFC 5280, written out in DER.
 */
export function certificate(...hosts: string[]): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const algorithm = sequence(oid(1, 2, 840, 113549, 1, 1, 11), der(0x05))
  const name = sequence(der(0x31, sequence(oid(2, 5, 4, 3), der(0x0c, Buffer.from('hotlead test')))))
  const time = (text: string) => der(0x17, Buffer.from(text))
  const names = sequence(...hosts.map(host => der(0x82, Buffer.from(host))))
  const extensions = der(0xa3, sequence(sequence(oid(2, 5, 29, 17), der(0x04, names))))
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    sequence(time('000101000000Z'), time('491231235959Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions,
  )
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey))
  const lines = sequence(body, algorithm, signature).toString('base64').replace(/.{64}/g, '$&\n')
  return { pem: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`, privateKey }
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts)
}

function oid(first: number, second: number, ...rest: number[]): Buffer {
  const bytes = [first * 40 + second]
  for (const number of rest) {
    const groups = [number & 0x7f]
    for (let n = number >> 7; n > 0; n >>= 7) groups.unshift((n & 0x7f) | 0x80)
    bytes.push(...groups)
  }
  return der(0x06, Buffer.from(bytes))
}
