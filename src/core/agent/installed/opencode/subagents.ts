/** One line of JSON for each part of what subagents said and did, those of a session together, in their order. */
export const SUBAGENTS_QUERY = [
  "select json_object('session', s.id, 'parent', s.parent_id, 'agent', s.agent, 'message', m.id,",
  "'role', json_extract(m.data, '$.role'), 'provider', json_extract(m.data, '$.providerID'),",
  "'model', json_extract(m.data, '$.modelID'), 'timestamp', p.time_created, 'part', json(p.data))",
  'from part p join message m on m.id = p.message_id join session s on s.id = p.session_id',
  'where s.parent_id is not null order by s.id, p.id',
].join(' ')
