import type { Import } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';

interface SampleTableProps {
  item: Pick<Import, 'columns' | 'sample' | 'hasHeader'>;
  /** Being read anew. */
  dimmed: boolean;
}

/** The first rows as they were understood; scrolls sideways inside its own frame. */
export function SampleTable({ item: { columns, sample, hasHeader }, dimmed }: SampleTableProps) {
  const t = useT();
  const format = useFormat();
  return (
    <section
      aria-label={t('imports.sample.title')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: wide tables scroll sideways, which needs the keyboard
      tabIndex={0}
      className={cn(
        'overflow-x-auto rounded-lg border border-line shadow-1 transition-opacity',
        dimmed && 'opacity-60',
      )}
    >
      <table className="w-full border-collapse text-sm">
        <thead>
          <tr className="border-b border-line bg-sunken text-left text-xs text-muted">
            <th scope="col" className="w-px py-1.5 pr-3 pl-4 text-right font-normal text-faint">
              <span aria-hidden>#</span>
              <span className="sr-only">{t('imports.problem.row')}</span>
            </th>
            {columns.map(({ name }) => (
              <th key={name} scope="col" className="max-w-60 truncate px-3 py-1.5 font-medium text-fg">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {sample.map((cells, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
            <tr key={index}>
              <td className="py-1 pr-3 pl-4 text-right text-xs tabular text-faint">
                {format.number(index + (hasHeader ? 2 : 1))}
              </td>
              {columns.map(({ name }, column) => (
                <td
                  key={name}
                  title={cells[column]}
                  className="max-w-60 truncate px-3 py-1 whitespace-nowrap"
                >
                  {cells[column]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
