import { useRouter } from '@tanstack/react-router';
import { type MouseEvent, type ReactNode, useMemo } from 'react';
import { useMembers } from '@/api/bootstrap';
import { useT } from '@/i18n/use-t';
import { type Block, type Inline, readMarkdown } from './markdown';
import { splitMentions } from './mentions';
import { safeLink, safePicture } from './safe-link';
import './notes.css';

interface MarkdownViewProps {
  text: string;
  /** Ticks a box, by its place among those of the text. Absent: boxes are shown only. */
  onToggle?: (task: number) => void;
}

/**
 * A note as it is read. Every element is made here by name, every address went through `safeLink`, and no text becomes
 * markup: there is nothing to take out afterwards.
 */
export function MarkdownView({ text, onToggle }: MarkdownViewProps) {
  const t = useT();
  const { history } = useRouter();
  const members = useMembers();
  const { blocks } = useMemo(() => readMarkdown(text), [text]);
  const names = useMemo(() => members.map(({ fullName }) => fullName), [members]);
  const open = (event: MouseEvent, path: string) => {
    const isPlain =
      event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!isPlain || path.startsWith('/api/')) return;
    event.preventDefault();
    history.push(path);
  };

  const inlines = (content: Inline[]): ReactNode[] =>
    content.map((each, index) => {
      const key = index;
      switch (each.kind) {
        case 'text':
          return splitMentions(each.text, names).map((part, at) =>
            part.isMention ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text have no other name
              <span key={`${key}.${at}`} className="note-mention">
                {part.text}
              </span>
            ) : (
              part.text
            ),
          );
        case 'strong':
          return <strong key={key}>{inlines(each.content)}</strong>;
        case 'em':
          return <em key={key}>{inlines(each.content)}</em>;
        case 'del':
          return <del key={key}>{inlines(each.content)}</del>;
        case 'code':
          return <code key={key}>{each.text}</code>;
        case 'break':
          return <br key={key} />;
        case 'link': {
          const link = safeLink(each.address, location.origin);
          if (link === null) return <span key={key}>{inlines(each.content)}</span>;
          const { path } = link;
          return path === null ? (
            <a key={key} href={link.href} target="_blank" rel="noopener noreferrer nofollow">
              {inlines(each.content)}
            </a>
          ) : (
            <a key={key} href={path} onClick={(event) => open(event, path)}>
              {inlines(each.content)}
            </a>
          );
        }
        case 'picture': {
          const picture = safePicture(each.address, location.origin);
          if (picture !== null) return <img key={key} src={picture} alt={each.text} loading="lazy" />;
          const link = safeLink(each.address, location.origin);
          const label = t('notes.view.picture', { name: each.text === '' ? each.address : each.text });
          return link === null || link.path !== null ? (
            <span key={key}>{label}</span>
          ) : (
            <a key={key} href={link.href} target="_blank" rel="noopener noreferrer nofollow">
              {label}
            </a>
          );
        }
        default:
          return (
            <input
              key={key}
              type="checkbox"
              className="note-box"
              aria-label={t('notes.view.box', { number: each.task + 1 })}
              checked={each.checked}
              disabled={onToggle === undefined}
              onChange={() => onToggle?.(each.task)}
            />
          );
      }
    });

  const draw = (parts: Block[]): ReactNode[] =>
    parts.map((each, index) => {
      const key = index;
      switch (each.kind) {
        case 'heading': {
          // The record is h2 and its parts are h3.
          const Heading = each.level === 1 ? 'h4' : each.level === 2 ? 'h5' : 'h6';
          return <Heading key={key}>{inlines(each.content)}</Heading>;
        }
        case 'paragraph':
          return <p key={key}>{inlines(each.content)}</p>;
        case 'line':
          return <span key={key}>{inlines(each.content)}</span>;
        case 'pre':
          return (
            <pre key={key}>
              <code>{each.text}</code>
            </pre>
          );
        case 'quote':
          return <blockquote key={key}>{draw(each.content)}</blockquote>;
        case 'rule':
          return <hr key={key} />;
        case 'items': {
          const items = each.items.map(({ isTask, content }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: items of a text have no other name
            <li key={at} className={isTask ? 'note-task' : undefined}>
              {isTask ? <div>{draw(content)}</div> : draw(content)}
            </li>
          ));
          return each.ordered ? (
            <ol key={key} start={each.start}>
              {items}
            </ol>
          ) : (
            <ul key={key}>{items}</ul>
          );
        }
        default:
          return (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than the note is scrolled by keys too
            // biome-ignore lint/a11y/useSemanticElements: a section would be the same with more words
            <div key={key} className="note-rows" role="region" aria-label={t('notes.view.rows')} tabIndex={0}>
              <table>
                <thead>
                  <tr>
                    {each.head.map((cell, at) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: columns of a text have no other name
                      <th key={at} scope="col" data-align={each.align[at] ?? undefined}>
                        {inlines(cell)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {each.body.map((row, line) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: rows of a text have no other name
                    <tr key={line}>
                      {row.map((cell, at) => (
                        // biome-ignore lint/suspicious/noArrayIndexKey: cells of a text have no other name
                        <td key={at} data-align={each.align[at] ?? undefined}>
                          {inlines(cell)}
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          );
      }
    });

  return <div className="note-body">{draw(blocks)}</div>;
}
