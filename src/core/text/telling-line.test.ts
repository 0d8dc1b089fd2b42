import { expect, test } from 'vitest'
import { tellingLine } from './telling-line.ts'

test.each<[string, readonly string[], string | null]>([
  [
    'curl',
    ['#!/bin/bash', 'curl: (6) Could not resolve host: example.test', 'done'],
    'curl: (6) Could not resolve host: example.test',
  ],
  [
    'npm, a version',
    [
      'npm error code ETARGET',
      'npm error notarget No matching version found for a@9.',
      'npm error notarget In most cases you or one of your dependencies are requesting a version that does not exist.',
      'npm error A complete log of this run can be found in: /root/x.log',
    ],
    'No matching version found for a@9.',
  ],
  [
    'npm, a registry',
    [
      'npm error code ECONNREFUSED',
      'npm error FetchError: request to http://127.0.0.1:9/a failed, reason: connect ECONNREFUSED 127.0.0.1:9',
      'npm error     at emitErrorEvent (node:_http_client:101:11)',
      "npm error   errno: 'ECONNREFUSED',",
      'npm error A complete log of this run can be found in: /root/x.log',
    ],
    'FetchError: request to http://127.0.0.1:9/a failed, reason: connect ECONNREFUSED 127.0.0.1:9',
  ],
  [
    'apt',
    [
      'E: Failed to fetch http://a/b  Could not connect to a:80',
      'E: Unable to fetch some archives, maybe run apt-get update',
    ],
    'E: Failed to fetch http://a/b  Could not connect to a:80',
  ],
  ['no word of an error', ['one', 'two'], 'two'],
  ['nothing', [], null],
])('%s', (_name, lines, expected) => {
  expect(tellingLine(lines)).toBe(expected)
})
