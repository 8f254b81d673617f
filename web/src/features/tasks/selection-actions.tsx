import type { Task } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { CopySelected } from '@/record/copy-selected';
import type { SelectionActions } from '@/record/list-screen';

export function TaskSelection(about: SelectionActions<Task>) {
  const t = useT();
  return (
    <CopySelected
      {...about}
      textOf={(task) => task.subject}
      separator={'\n'}
      label={t('tasks.action.copySubjects')}
      done={(count) => t('tasks.action.subjectsCopied', { count })}
      limit={(max) => t('tasks.action.copyLimit', { max })}
    />
  );
}
