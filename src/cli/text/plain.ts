export { plainLine, plainText } from '../../core/text/plain.ts'
