import { expect, test } from 'vitest'
import { AllowedHosts } from './allowed-hosts.ts'

test.each([
  ['EXAMPLE.com.', 'example.com'],
  ['*.X.org', '*.x.org'],
  ['1.2.3.4', '1.2.3.4'],
  ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['1:0:0:4:0:0:0:8', '1:0:0:4::8'],
  ['::1.2.3.4', '::102:304'],
  ['::ffff:102:304', '::ffff:1.2.3.4'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['10.1.0.0/255.255.0.0', '10.1.0.0/16'],
  ['10.1.0.0/0.0.255.255', '10.1.0.0/16'],
  ['2001:DB8::/32', '2001:db8::/32'],
  ['::/0', '::/0'],
])('%s is read as %s', (host, normal) => expect(AllowedHosts.parse([host])).toEqual([normal]))

test.each([
  'http://x',
  'x:80',
  '[::1]',
  '',
  ' ',
  '*',
  'a.*.b',
  '*.1.2.3.4',
  'a_b',
  '-a.com',
  'a..b',
  'fe80::1%eth0',
  '1::2::3',
  '10.0.0.1/8',
  '2001:db8::1/32',
  '10.0.0.0/33',
  '10.0.0.0/',
  '01.2.3.4/8',
  '1.2.3.0/24/1',
])('%j is refused', (host) => expect(AllowedHosts.safeParse(['ok.org', host]).error?.issues[0]?.path).toEqual([1]))
