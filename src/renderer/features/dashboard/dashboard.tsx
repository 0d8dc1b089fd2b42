import { PageHead } from '../../components/page.tsx'

export function Dashboard() {
  return <PageHead title="Dashboard" />
}
