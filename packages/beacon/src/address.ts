import { isIPv4, isIPv6 } from 'node:net'

/** The /24 of an IPv4 and the /48 of an IPv6 address, as `a.b.c.0` and `a:b:c::`; null for what is no address. */
export function truncateAddress(address: string): string | null {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  const plain = mapped ?? address
  if (isIPv4(plain)) return `${plain.slice(0, plain.lastIndexOf('.'))}.0`
  if (!isIPv6(plain)) return null
  const [head = ''] = (plain.split('%', 1)[0] as string).split('::', 1)
  const groups = head === '' ? [] : head.split(':')
  const first = [0, 1, 2].map(i => (groups[i] ? Number.parseInt(groups[i], 16) || 0 : 0))
  while (first.length > 0 && first.at(-1) === 0) first.pop()
  return `${first.map(g => g.toString(16)).join(':')}::`
}
