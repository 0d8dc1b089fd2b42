/** Where the CLIs of this user keep their logins. */
export interface LoginPlace {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly home: string
}
