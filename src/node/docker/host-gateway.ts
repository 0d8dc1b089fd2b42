import { AppError } from '../../contract/errors.ts'
import type { ExecHost } from './exec-session.ts'
import { runTool } from './run-tool.ts'

/** The host's name inside environments that ask for one. */
export const HOST_NAME = 'host.docker.internal'

const LIMIT_MS = 10_000

/** Podman tells every container its own name for the host, with the address; older ones do not know Docker's. */
const ADD_NAME = `
while read -r address names; do
  case " $names " in
    *" ${HOST_NAME} "*) exit 0 ;;
    *" host.containers.internal "*) found=$address ;;
  esac
done < /etc/hosts
[ -n "$found" ] && echo "$found ${HOST_NAME}" >> /etc/hosts
`

/** Gives the host Docker's name in a running container of Podman, which before 4.7 takes "host-gateway" for a text. */
export async function nameHost(host: ExecHost): Promise<void> {
  const { exitCode } = await runTool(host, [ADD_NAME], 0, LIMIT_MS)
  if (exitCode === 0) return
  throw new AppError('environment-start-failed', `This Podman does not tell its containers the address of the host.`, {
    details: { hint: 'Use --ek network=host, or Podman 4.7 or newer.' },
  })
}
