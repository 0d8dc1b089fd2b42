import ReactMarkdown, { type Components } from 'react-markdown'
import rehypeSanitize from 'rehype-sanitize'
import remarkGfm from 'remark-gfm'

export function MarkdownView({ text }: { readonly text: string }) {
  return (
    <div className="markdown max-w-prose">
      <ReactMarkdown remarkPlugins={[remarkGfm]} rehypePlugins={[rehypeSanitize]} components={COMPONENTS} skipHtml>
        {text}
      </ReactMarkdown>
    </div>
  )
}

/** A link is shown as its text and its target, and cannot be followed; a picture is its description. */
const COMPONENTS: Components = {
  a: ({ children, href }) => (
    <span title={href} className="underline decoration-dotted">
      {children}
    </span>
  ),
  img: ({ alt }) => <span className="text-dim">[{alt === undefined || alt === '' ? 'picture' : alt}]</span>,
}
