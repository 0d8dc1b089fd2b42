import type { Fields } from '../logs/fields.ts'

/** `acp-summary.json`, under Harbor's names. */
export interface AcpSummary {
  registry_entry_id: string | null
  registry_entry_version: string | null
  workspace: string
  auth_policy: string
  requested_model: string | null
  instruction: string
  initialize?: Fields
  agent_info?: unknown
  auth_methods?: unknown
  selected_authenticate_method_id?: string | null
  authenticate_response?: Fields
  session?: Fields
  set_model_mechanism?: 'legacy_session_models' | 'session_config_option'
  set_model_skipped?: { readonly reason: string }
  set_model_candidates?: readonly string[]
  set_model_attempts?: readonly Fields[]
  set_model_response?: Fields
  set_model_error?: Fields
  resolved_session_model_id?: string
  prompt_response?: Fields
  error?: { readonly type: string; readonly message: string }
  latest_usage_update: Fields | null
  latest_session_info_update: Fields | null
  permissions_requested: number
  events_file: string
}
