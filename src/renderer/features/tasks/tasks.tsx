import { PageHead } from '../../components/page.tsx'

export function Tasks() {
  return <PageHead title="Tasks" />
}
