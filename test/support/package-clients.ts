import { resolve } from 'node:path'

/*
 * What tests need of this machine's package clients (npm, pip), and of the registries that they are set up for.
 */

/** Where toolchains are kept between the tests of a run, and between runs: they are large. It may be removed at any time. */
export const testCacheFolder =
  process.env['TBCC_TEST_CACHE'] ?? resolve(import.meta.dirname, '../../node_modules/.cache/tbcc')

/** The variables of an engine or a toolchain maker in a test: those of this machine's clients, with the cache of tests. */
export const clientEnv: Readonly<Record<string, string | undefined>> = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) =>
      /^(npm_config_|pip_|uv_|ssl_cert_|node_extra_ca_certs$)|_proxy$|ca_bundle$/i.test(name),
    ),
  ),
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  TBCC_CACHE_DIR: testCacheFolder,
}

/** A bundle of authorities that this machine's clients trust beside their own; containers in its network need it too. */
export const caBundle = process.env['NODE_EXTRA_CA_CERTS'] ?? process.env['SSL_CERT_FILE'] ?? null
