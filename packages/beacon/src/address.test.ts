import { truncateAddress } from './address.ts'

test.each([
  ['203.0.113.77', '203.0.113.0'],
  ['::ffff:203.0.113.77', '203.0.113.0'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::'],
  ['2001:db8::1', '2001:db8::'],
  ['2001:0db8:0001::', '2001:db8:1::'],
  ['2001:db8:0:0:1::5', '2001:db8::'],
  ['fe80::1%eth0', 'fe80::'],
  ['::1', '::'],
  ['localhost', null],
  ['', null],
])('%s → %s', (address, truncated) => {
  expect(truncateAddress(address)).toBe(truncated)
})
