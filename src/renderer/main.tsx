// First: a page may not compile code, so schemas are made to be interpreted.
import '../contract/harbor/interpreted.ts'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './style/index.css'
import { App } from './app/app.tsx'
import { host } from './client/open-host.ts'
import { startRouter } from './app/router.ts'
import { reconnectSoon, startClient } from './client/client.ts'
import { askLostAgain, createQueryClient } from './client/queries.ts'
import { startLive } from './stores/live.ts'
import { notify } from './stores/notices.ts'
import { applyRememberedAppearance, startSettings } from './stores/settings.ts'
import { describeEnd } from './app/describe-end.ts'

applyRememberedAppearance()
startClient(async (signal) => host.connect(signal))
host.onInvited(reconnectSoon)
startRouter()
const queries = createQueryClient()
askLostAgain(queries)
startLive(queries, (job) => {
  const text = describeEnd(job)
  notify(text)
  if (!document.hasFocus()) host.notify(job.jobName, text)
})
startSettings()

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
)
