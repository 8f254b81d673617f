import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  Bot,
  CircleAlert,
  Merge,
  MoreHorizontal,
  Pencil,
  Plus,
  SearchX,
  Tag as TagIcon,
  Trash2,
  Users,
} from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { useMe } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { Tag } from '@/api/types';
import { useCommands } from '@/commands/registry';
import { withLateTexts } from '@/i18n/setup';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { tagColor } from '@/lib/tag-color';
import { ListSearch } from '@/record/list-search';
import { isAdmin } from '@/record/permissions';
import { formatChoices } from '@/rules/quick-filters';
import { Button, IconButton } from '@/ui/button';
import { confirm } from '@/ui/confirm';
import { deferComponent } from '@/ui/deferred';
import { EmptyState } from '@/ui/empty-state';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { PageHeader } from '@/ui/page-header';
import { Skeleton } from '@/ui/skeleton';
import { toast } from '@/ui/toast';
import { tagsQuery } from './api';
import { groupTags } from './group-tags';
import { TagDialog } from './tag-dialog';
import type { TagMergeDialogProps } from './tag-merge-dialog';
import { usesOf } from './uses';

const TagMergeDialog = deferComponent<TagMergeDialogProps>(
  () => withLateTexts(async () => (await import('./tag-merge-dialog')).TagMergeDialog),
  ({ subject }) => subject !== null,
);

interface TagsScreenProps {
  q: string;
  onSearch: (q: string | undefined) => void;
}

export function TagsScreen({ q, onSearch }: TagsScreenProps) {
  const t = useT();
  const format = useFormat();
  const me = useMe();
  const queryClient = useQueryClient();
  const { data: tags, error, refetch } = useQuery(tagsQuery);
  const [subject, setSubject] = useState<Tag | 'new' | null>(null);
  const [merging, setMerging] = useState<Tag | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const groups = useMemo(() => groupTags(tags ?? [], q, format.compare), [tags, q, format.compare]);

  useCommands([
    {
      id: 'list.search',
      group: 'view',
      label: 'command.list.search',
      keys: '/',
      run: () => search.current?.focus(),
    },
    { id: 'tag.new', group: 'create', label: 'command.tag.new', keys: 'n', run: () => setSubject('new') },
  ]);

  const remove = useMutation({
    mutationFn: (tag: Tag) => unwrap(client.DELETE('/tags/{id}', { params: { path: { id: tag.id } } })),
    onSuccess: (_, tag) => {
      queryClient.setQueryData(tagsQuery.queryKey, (before) => before?.filter((each) => each.id !== tag.id));
      void queryClient.invalidateQueries({ queryKey: ['bootstrap'] });
      void queryClient.invalidateQueries({ queryKey: ['customers'] });
      toast.done({ title: t('tags.delete.done', { name: tag.name }) });
    },
    onError: (cause, tag) =>
      toast.failed({ title: t('tags.delete.failed', { name: tag.name }), description: errorText(cause) }),
  });

  /** The tag whose uses are looked up, before it is asked whether it may go. */
  const [asking, setAsking] = useState<string | null>(null);
  const askRemove = async (tag: Tag) => {
    if (asking !== null || remove.isPending) return;
    setAsking(tag.id);
    // The count as it is now, not as it was when the page was opened.
    const [fresh, uses] = await Promise.all([
      unwrap(client.GET('/tags/{id}', { params: { path: { id: tag.id } } })).catch(() => tag),
      usesOf(tag).catch(() => null),
    ]);
    setAsking(null);
    const sure = await confirm({
      title: t('tags.delete.title', { name: fresh.name }),
      description: [
        t('tags.delete.description', { count: fresh.customerCount }),
        uses === null
          ? t('tags.uses.unknown')
          : uses.length === 0
            ? ''
            : t('tags.uses.delete', { count: uses.length, names: uses.join(', ') }),
      ].join(' '),
      confirmLabel: t('tags.delete.confirm'),
      danger: true,
    });
    if (sure) remove.mutate(fresh);
  };

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        title={t('nav.tags.label')}
        note={tags ? <span className="tabular">{format.number(tags.length)}</span> : null}
        actions={
          <Button variant="primary" size="small" onClick={() => setSubject('new')}>
            <Plus aria-hidden className="size-4" />
            {t('tags.action.new')}
          </Button>
        }
      />
      <search aria-label={t('tags.page.search')} className="shrink-0 border-line border-b px-4 py-2 sm:px-5">
        <ListSearch
          ref={search}
          label={t('tags.page.search')}
          value={q}
          onCommit={(text) => onSearch(text === '' ? undefined : text)}
          onDown={() => document.querySelector<HTMLElement>('[data-tag-name]')?.focus()}
        />
      </search>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {error && tags === undefined ? (
          <EmptyState
            icon={CircleAlert}
            title={t('tags.state.failed')}
            description={errorText(error)}
            actions={<Button onClick={() => void refetch()}>{t('common.action.retry')}</Button>}
          />
        ) : tags === undefined ? (
          <TagsSkeleton />
        ) : tags.length === 0 ? (
          <EmptyState
            icon={TagIcon}
            title={t('tags.empty.title')}
            description={t('tags.empty.hint')}
            actions={
              <Button variant="primary" onClick={() => setSubject('new')}>
                <Plus aria-hidden className="size-4" />
                {t('tags.action.new')}
              </Button>
            }
          />
        ) : groups.length === 0 ? (
          <EmptyState
            icon={SearchX}
            title={t('tags.state.noMatch')}
            actions={<Button onClick={() => onSearch(undefined)}>{t('tags.state.clear')}</Button>}
          />
        ) : (
          <div className="mx-auto flex max-w-4xl flex-col gap-6 px-4 py-5 sm:px-6">
            {groups.map((group) => (
              <section key={group.prefix} aria-labelledby={`tags-${group.prefix}`}>
                <h2
                  id={`tags-${group.prefix}`}
                  className="mb-1.5 flex items-baseline gap-2 font-medium text-muted text-xs"
                >
                  {group.prefix === '' ? t('tags.group.none') : group.prefix}
                  <span className="tabular font-normal text-faint">{format.number(group.tags.length)}</span>
                </h2>
                {group.tags.some((tag) => tag.isSystem) ? (
                  <p className="mb-2 flex gap-2 rounded-md bg-sunken px-3 py-2 text-muted text-sm">
                    <Bot aria-hidden className="mt-0.5 size-4 shrink-0" />
                    {t('tags.system.explained')}
                  </p>
                ) : null}
                <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
                  {group.tags.map((tag) => (
                    <TagLine
                      key={tag.id}
                      tag={tag}
                      isAdmin={isAdmin(me)}
                      busy={asking === tag.id || (remove.isPending && remove.variables.id === tag.id)}
                      onEdit={() => setSubject(tag)}
                      onMerge={() => setMerging(tag)}
                      onRemove={() => void askRemove(tag)}
                    />
                  ))}
                </ul>
              </section>
            ))}
          </div>
        )}
      </div>
      <TagDialog subject={subject} onClose={() => setSubject(null)} />
      <TagMergeDialog subject={merging} tags={tags ?? []} onClose={() => setMerging(null)} />
    </div>
  );
}

interface TagLineProps {
  tag: Tag;
  isAdmin: boolean;
  /** It is about to be deleted. */
  busy: boolean;
  onEdit: () => void;
  onMerge: () => void;
  onRemove: () => void;
}

function TagLine({ tag, isAdmin, busy, onEdit, onMerge, onRemove }: TagLineProps) {
  const t = useT();
  const format = useFormat();
  const chip = (
    <span
      data-tone={tagColor(tag.color)}
      className="inline-flex min-w-0 items-center gap-1 rounded-sm bg-(--tint) px-1.5 font-medium text-(--tint-fg) text-xs leading-5"
    >
      {tag.isSystem ? <Bot aria-hidden className="size-3.5 shrink-0" /> : null}
      <span className="truncate">{tag.name}</span>
    </span>
  );
  return (
    <li className="flex min-h-11 items-center gap-3 py-1 pr-1.5 pl-3 [contain-intrinsic-size:auto_44px] [content-visibility:auto]">
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-0.5 max-sm:flex-col max-sm:items-start">
        {tag.isSystem ? (
          <span className="flex min-w-0 items-center gap-2">
            {chip}
            <span className="text-muted text-xs">{t('tags.system.mark')}</span>
          </span>
        ) : (
          <button
            type="button"
            data-tag-name
            className="flex min-h-6 min-w-0 items-center rounded-sm"
            aria-label={t('tags.action.edit', { name: tag.name })}
            onClick={onEdit}
          >
            {chip}
          </button>
        )}
        {tag.description ? (
          <span className="min-w-0 max-w-full truncate text-muted text-sm">{tag.description}</span>
        ) : null}
      </div>
      <Link
        to="/crm/customers"
        search={{ tags: formatChoices([tag.name]) }}
        className="tabular flex min-h-6 shrink-0 items-center gap-1.5 rounded-sm px-1.5 text-muted text-sm no-underline hover:bg-hover hover:text-fg"
        aria-label={t('tags.action.show', { count: tag.customerCount, name: tag.name })}
      >
        <Users aria-hidden className="size-3.5" />
        {format.number(tag.customerCount)}
      </Link>
      <Menu
        align="end"
        trigger={
          <IconButton label={t('tags.action.menu', { name: tag.name })} loading={busy}>
            <MoreHorizontal aria-hidden className="size-4" />
          </IconButton>
        }
      >
        <MenuItem
          icon={Pencil}
          disabledReason={tag.isSystem ? t('tags.system.protected') : undefined}
          onClick={onEdit}
        >
          {t('common.action.edit')}
        </MenuItem>
        <MenuItem
          icon={Merge}
          disabledReason={
            tag.isSystem ? t('tags.system.protected') : isAdmin ? undefined : t('tags.merge.onlyAdmin')
          }
          onClick={onMerge}
        >
          {t('tags.merge.action')}
        </MenuItem>
        <MenuSeparator />
        <MenuItem
          icon={Trash2}
          danger
          disabledReason={
            tag.isSystem ? t('tags.system.protected') : isAdmin ? undefined : t('tags.delete.onlyAdmin')
          }
          onClick={onRemove}
        >
          {t('common.action.delete')}
        </MenuItem>
      </Menu>
    </li>
  );
}

function TagsSkeleton() {
  const t = useT();
  return (
    <div
      role="status"
      aria-label={t('common.state.loading')}
      className="mx-auto flex max-w-4xl flex-col gap-2 px-4 py-5 sm:px-6"
    >
      <Skeleton className="h-3 w-20" />
      <Skeleton className="h-64 rounded-lg" />
    </div>
  );
}
