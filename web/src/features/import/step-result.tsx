import { Link } from '@tanstack/react-router';
import { CircleCheck, CircleSlash, CircleX, Download, type LucideIcon, Undo2 } from 'lucide-react';
import type { Import, ImportState } from '@/api/types';
import { useCommands } from '@/commands/registry';
import type { MessageId } from '@/i18n/message-id';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { Alert } from '@/ui/alert';
import { Button, buttonStyle } from '@/ui/button';
import { failedRowsHref, rowsHref } from './api';
import { sentence } from './logic/problems';
import { mayUndo } from './logic/steps';
import { Block, CountsRow, StepFrame, type Trouble, TroubleAlert } from './parts';
import { ProblemList } from './problem-list';
import { recordTexts } from './record-texts';
import { WorkProgress } from './step-run';

interface Ending {
  title: MessageId;
  text: MessageId;
  icon: LucideIcon;
  tone: string;
}

const endings: Partial<Record<ImportState, Ending>> = {
  completed: {
    title: 'imports.result.completed',
    text: 'imports.result.completedText',
    icon: CircleCheck,
    tone: 'text-success-fg',
  },
  canceled: {
    title: 'imports.result.canceled',
    text: 'imports.result.canceledText',
    icon: CircleSlash,
    tone: 'text-warning-fg',
  },
  failed: {
    title: 'imports.result.failed',
    text: 'imports.result.failedText',
    icon: CircleX,
    tone: 'text-danger-fg',
  },
  undone: {
    title: 'imports.result.undone',
    text: 'imports.result.undoneText',
    icon: Undo2,
    tone: 'text-muted',
  },
};

interface StepResultProps {
  item: Import;
  /** Opens the list of the records. */
  onShow: () => void;
  onUndo: () => void;
  pending: boolean;
  trouble: Trouble | null;
}

/** What became of the file, and the way back. */
export function StepResult({ item, onShow, onUndo, pending, trouble }: StepResultProps) {
  const t = useT();
  const format = useFormat();
  const texts = recordTexts[item.record];
  const ending = endings[item.state];
  const undoing = item.state === 'undoing';
  // A run that was stopped has rows without a result, which only the whole file has.
  const unreached = item.state === 'canceled' || item.state === 'failed' ? item.rows - item.processed : 0;
  const Icon = ending?.icon;
  const undoable = mayUndo(item);
  useCommands([
    ...(undoable
      ? [
          {
            id: 'imports.undo',
            group: 'view',
            label: 'imports.undo.action',
            icon: Undo2,
            run: onUndo,
          } as const,
        ]
      : []),
  ]);
  return (
    <StepFrame
      title={t(ending?.title ?? 'imports.result.undoing')}
      icon={Icon ? <Icon aria-hidden className={cn('size-5 shrink-0', ending?.tone)} /> : null}
      intro={
        ending
          ? t(ending.text, { done: format.number(item.processed), rows: format.number(item.rows) })
          : t('imports.result.undoingText')
      }
      footer={
        undoing ? null : (
          <>
            {undoable ? (
              <Button variant="dangerGhost" className="mr-auto sm:-ml-3" loading={pending} onClick={onUndo}>
                <Undo2 aria-hidden className="size-4" />
                {t('imports.undo.action')}
              </Button>
            ) : null}
            <Link
              to="/imports"
              search={{ record: item.record }}
              className={cn(buttonStyle({}), undoable && 'max-sm:hidden')}
            >
              {t('imports.result.another')}
            </Link>
          </>
        )
      }
      primary={undoing || item.state === 'undone' ? undefined : { label: texts.show, run: onShow }}
    >
      <TroubleAlert trouble={trouble} />
      {item.state === 'failed' && item.error ? <Alert className="mb-4">{sentence(item.error)}</Alert> : null}
      {undoing ? (
        <WorkProgress
          processed={item.processed}
          rows={item.created + item.updated}
          label={t('imports.result.undoing')}
        />
      ) : (
        <>
          {item.state === 'undone' ? <Undone undone={item.undone} /> : null}
          <div className="mb-7">
            <CountsRow counts={item} dimmed={item.state === 'undone'} />
          </div>
          <Block
            title={t('imports.result.rowsTitle', { count: item.failed + unreached })}
            note={t('imports.result.rowsText')}
            action={
              <div className="flex flex-wrap gap-2">
                {item.failed > 0 && unreached === 0 ? (
                  <a href={failedRowsHref(item.id)} download className={buttonStyle({})}>
                    <Download aria-hidden className="size-4" />
                    {t('imports.rows.failed')}
                  </a>
                ) : null}
                <a href={rowsHref(item.id)} download className={buttonStyle({})}>
                  <Download aria-hidden className="size-4" />
                  {t('imports.result.download')}
                </a>
              </div>
            }
          >
            {item.problems.length > 0 ? <ProblemList problems={item.problems} /> : null}
          </Block>
        </>
      )}
    </StepFrame>
  );
}

/** What the undo did. */
function Undone({ undone }: Pick<Import, 'undone'>) {
  const t = useT();
  const format = useFormat();
  const parts = (['archived', 'restored', 'kept'] as const)
    .filter((name) => undone[name] > 0)
    .map((name) => t(undoneTexts[name], { count: format.number(undone[name]) }));
  return parts.length > 0 ? <p className="mb-4 text-sm">{parts.join(' · ')}</p> : null;
}

const undoneTexts = {
  archived: 'imports.undone.archived',
  restored: 'imports.undone.restored',
  kept: 'imports.undone.kept',
} as const;
