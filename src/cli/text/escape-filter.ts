export { createEscapeFilter } from '../../core/text/escape-filter.ts'
