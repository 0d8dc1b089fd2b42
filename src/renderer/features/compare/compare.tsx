import { PageHead } from '../../components/page.tsx'

export function Compare() {
  return <PageHead title="Compare" />
}
