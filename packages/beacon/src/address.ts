import { isIPv4, isIPv6 } from 'node:net'

/** The /24 of an IPv4 and the /48 of an IPv6 address, as `a.b.c.0` and `a:b:c::`, without its zone (`%eth0`); null for what is no address. */
export function truncateAddress(address: string): string | null {
  // Node takes a zone of letters, digits, `-`, `.` and `:`; interfaces have others in their names too.
  const whole = address.includes(':') ? address.replace(/^([^%]*)%\S*$/, '$1') : address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(whole)?.[1]
  const plain = mapped ?? whole
  if (isIPv4(plain)) return `${plain.slice(0, plain.lastIndexOf('.'))}.0`
  if (!isIPv6(plain)) return null
  const [head = ''] = plain.split('::', 1)
  const groups = head === '' ? [] : head.split(':')
  const first = [0, 1, 2].map(i => (groups[i] ? Number.parseInt(groups[i], 16) || 0 : 0))
  while (first.length > 0 && first.at(-1) === 0) first.pop()
  return `${first.map(g => g.toString(16)).join(':')}::`
}
