import { useQueryClient } from '@tanstack/react-query';
import { errorText } from '@/api/error-text';
import type { Segment } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { memberCountQuery, useSegmentsChanged } from '@/record/segments';
import { confirm } from '@/ui/confirm';
import { toast } from '@/ui/toast';
import { setArchived, usesQuery } from './api';

/** Puts a segment aside after saying what it would affect, or brings it back. */
export function useArchive() {
  const t = useT();
  const queryClient = useQueryClient();
  const changed = useSegmentsChanged();

  const restore = async (segment: Segment) => {
    try {
      await setArchived(segment, false);
      toast.done({ title: t('segments.archive.restored', { name: segment.name }) });
    } catch (error) {
      toast.failed({ title: t('segments.archive.restoreFailed'), description: errorText(error) });
    }
    changed();
  };

  const archive = async (segment: Segment) => {
    // What is so now, not when the page was opened; a question without the numbers is still a question.
    const [members, uses] = await Promise.all([
      queryClient.fetchQuery({ ...memberCountQuery(segment.id), staleTime: 0 }).catch(() => null),
      queryClient.fetchQuery({ ...usesQuery(segment.id), staleTime: 0 }).catch(() => []),
    ]);
    const names = uses.map(({ name }) => name).join(', ');
    const description = [
      members === null ? null : t('segments.archive.members', { count: members.count }),
      uses.length === 0
        ? t('segments.archive.unused')
        : t('segments.archive.used', { count: uses.length, names }),
      t('segments.archive.kept'),
    ];
    const sure = await confirm({
      title: t('segments.archive.title', { name: segment.name }),
      description: description.filter(Boolean).join(' '),
      confirmLabel: t('segments.archive.confirm'),
      danger: true,
    });
    if (!sure) return;
    try {
      const away = await setArchived(segment, true);
      toast.undo({
        title: t('segments.archive.done', { name: segment.name }),
        undo: async () => {
          await setArchived(away, false);
          changed();
        },
      });
    } catch (error) {
      toast.failed({ title: t('segments.archive.failed'), description: errorText(error) });
    }
    changed();
  };
  return { archive, restore };
}
