import { config } from 'zod'

/*
 * Imported before the first schema is made, because a schema asks then. Compiled validators pay off after thousands of
 * documents; a command reads some dozens, and a page that forbids eval could not use them.
 */
config({ jitless: true })
