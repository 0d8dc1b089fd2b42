/** Where a limit of one kind can be set. */
export interface CgroupPlace {
  readonly version: 1 | 2
  /** Absolute path of the cgroup below which new ones are made. */
  readonly parent: string
}

export type Controller = 'cpu' | 'memory' | 'pids'
export const CONTROLLERS: readonly Controller[] = ['cpu', 'memory', 'pids']

/**
 * The cgroups in which children with limits may be made, from /proc/self/mountinfo and /proc/self/cgroup. Version 1: below
 * our own cgroup of each controller. Version 2: below the nearest cgroup above our own (one with processes in it may have no
 * children with limits), to be tried from near to far.
 */
export function findPlaces(mountinfo: string, own: string): Readonly<Record<Controller, readonly CgroupPlace[]>> {
  const mounts = mountinfo.split('\n').flatMap(toCgroupMount)
  const paths = own.split('\n').flatMap(toOwnPath)
  const places = (controller: Controller): readonly CgroupPlace[] => {
    const mount = mounts.find((each) => each.controllers.includes(controller))
    const path = paths.find((each) => each.controllers.includes(controller))?.path
    const old = mount === undefined || path === undefined ? null : below(mount, path)
    if (old !== null) return [{ version: 1, parent: old }]
    const unified = mounts.find((each) => each.version === 2)
    const unifiedPath = paths.find((each) => each.controllers.length === 0)?.path
    const current = unified === undefined || unifiedPath === undefined ? null : below(unified, unifiedPath)
    return current === null || unified === undefined ? [] : ancestors(unified.point, current)
  }
  return { cpu: places('cpu'), memory: places('memory'), pids: places('pids') }
}

interface CgroupMount {
  readonly version: 1 | 2
  readonly point: string
  /** The cgroup that the mount shows as its top. */
  readonly root: string
  readonly controllers: readonly string[]
}

function toCgroupMount(line: string): readonly CgroupMount[] {
  const [mount = '', source = ''] = line.split(' - ')
  const [, , , root = '', point = ''] = mount.split(' ')
  const [type, , options = ''] = source.split(' ')
  if (type === 'cgroup2') return [{ version: 2, point, root, controllers: [] }]
  return type === 'cgroup' ? [{ version: 1, point, root, controllers: options.split(',') }] : []
}

function toOwnPath(line: string): readonly { readonly controllers: readonly string[]; readonly path: string }[] {
  const match = /^\d+:([^:]*):(\/.*)$/.exec(line)
  if (match === null) return []
  return [{ controllers: (match[1] ?? '').split(',').filter((name) => name !== ''), path: match[2] ?? '/' }]
}

/** A cgroup's folder under a mount; null where the mount does not show it. */
function below(mount: CgroupMount, path: string): string | null {
  if (mount.root === '/') return path === '/' ? mount.point : mount.point + path
  if (path === mount.root) return mount.point
  return path.startsWith(`${mount.root}/`) ? mount.point + path.slice(mount.root.length) : null
}

/** The folders above a cgroup, nearest first; the top stands for itself. */
function ancestors(top: string, folder: string): readonly CgroupPlace[] {
  if (folder === top) return [{ version: 2, parent: top }]
  const places: CgroupPlace[] = []
  for (let at = folder; at.length > top.length;) {
    at = at.slice(0, at.lastIndexOf('/'))
    places.push({ version: 2, parent: at })
  }
  return places
}
