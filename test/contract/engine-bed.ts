import type Docker from 'dockerode'

/** Removes images that a test made, by force; missing ones are no matter. */
export async function removeImages(client: Docker, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await client
      .getImage(name)
      .remove({ force: true })
      .catch((error: unknown) => {
        if (!(error instanceof Error && 'statusCode' in error && error.statusCode === 404)) throw error
      })
  }
}
