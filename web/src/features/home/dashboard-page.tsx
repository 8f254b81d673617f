import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  Check,
  Copy,
  FileUp,
  LayoutDashboard,
  Lock,
  Pencil,
  Plus,
  Settings2,
  Star,
  Trash2,
  UserPlus,
} from 'lucide-react';
import { useState } from 'react';
import { useBootstrap, useMe } from '@/api/bootstrap';
import { client, ifMatch, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { Dashboard, Id, Widget } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { ListFailed } from '@/record/list-states';
import { Button, buttonStyle } from '@/ui/button';
import { confirm } from '@/ui/confirm';
import { EmptyState } from '@/ui/empty-state';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { PageHeader } from '@/ui/page-header';
import { Select } from '@/ui/select';
import { Skeleton } from '@/ui/skeleton';
import { toast } from '@/ui/toast';
import { useUnsaved } from '@/ui/unsaved';
import { dashboardsQuery } from './api';
import { ArrangeTools } from './arrange-tools';
import { DashboardDialog, type DashboardDialogSubject } from './dashboard-dialog';
import { periodOf } from './figures';
import { WidgetCard } from './widget-card';
import { WidgetDialog, type WidgetDialogSubject } from './widget-dialog';
import { ranges, useWords } from './words';
import './home.css';

export interface HomeParams {
  readonly dashboard?: string;
  /** A period that all widgets with one are about instead. */
  readonly period?: string;
  /** `all`, `me`, `none` or a member: whose records all widgets are about instead. */
  readonly owner?: string;
}

interface DashboardPageProps {
  params: HomeParams;
  onParams: (change: HomeParams) => void;
}

/** One of the dashboards that one may see: its widgets on a grid, and what can be done with it. */
export function DashboardPage({ params, onParams }: DashboardPageProps) {
  const t = useT();
  const { data, error, refetch } = useQuery(dashboardsQuery);
  const all = data?.items ?? [];
  const shown = all.find((one) => one.id === params.dashboard) ?? all.find((one) => one.isDefault) ?? all[0];
  if (shown === undefined)
    return (
      <>
        <PageHeader title={t('home.page.title')} />
        {error ? (
          <ListFailed className="flex-1 pt-[8vh]" error={error} onRetry={() => void refetch()} />
        ) : (
          <div className="p-4 sm:p-5">
            <Skeleton className="h-64 rounded-lg" />
          </div>
        )}
      </>
    );
  return <Shown key={shown.id} dashboard={shown} all={all} params={params} onParams={onParams} />;
}

interface ShownProps extends DashboardPageProps {
  dashboard: Dashboard;
  all: readonly Dashboard[];
}

function Shown({ dashboard, all, params, onParams }: ShownProps) {
  const t = useT();
  const me = useMe();
  const words = useWords();
  const cache = useQueryClient();
  const { members } = useBootstrap();
  const [draft, setDraft] = useState<Widget[] | null>(null);
  const [naming, setNaming] = useState<DashboardDialogSubject>(null);
  const [editing, setEditing] = useState<WidgetDialogSubject>(null);
  const widgets = draft ?? dashboard.widgets;
  const mayChange = me.role !== 'member' || dashboard.authorId === me.id;
  const changed = draft !== null && JSON.stringify(draft) !== JSON.stringify(dashboard.widgets);
  useUnsaved(changed);
  const again = () => cache.invalidateQueries({ queryKey: dashboardsQuery.queryKey });

  const save = useMutation({
    mutationFn: (next: Widget[]) =>
      unwrap(
        client.PATCH('/dashboards/{id}', {
          params: { path: { id: dashboard.id } },
          headers: ifMatch(dashboard.version),
          body: { widgets: next },
        }),
      ),
    onSuccess: async () => {
      await again();
      setDraft(null);
    },
    onError: (error) => toast.failed({ title: t('home.save.failed'), description: errorText(error) }),
  });
  const choose = useMutation({
    mutationFn: () => unwrap(client.PUT('/me/dashboard', { body: { dashboardId: dashboard.id } })),
    onSuccess: again,
    onError: (error) => toast.failed({ title: errorText(error) }),
  });
  const remove = async () => {
    const name = words.dashboard(dashboard);
    const sure = await confirm({
      title: t(dashboard.isStandard ? 'home.reset.title' : 'home.remove.title', { name }),
      description: t(dashboard.isStandard ? 'home.reset.hint' : 'home.remove.hint'),
      confirmLabel: t(dashboard.isStandard ? 'home.action.reset' : 'home.action.delete'),
      danger: true,
    });
    if (!sure) return;
    try {
      await unwrap(
        client.DELETE('/dashboards/{id}', {
          params: { path: { id: dashboard.id } },
          headers: ifMatch(dashboard.version),
        }),
      );
      await again();
      onParams({ dashboard: undefined });
    } catch (error) {
      toast.failed({ title: errorText(error) });
    }
  };

  const owners = [
    { value: '', label: t('home.owner.own') },
    { value: 'all', label: t('home.owner.all') },
    { value: 'me', label: t('home.owner.me') },
    { value: 'none', label: t('home.owner.none') },
    ...members
      .filter((member) => member.id !== me.id)
      .map(({ id, fullName }) => ({ value: id, label: fullName })),
  ];
  const period = periodOf(params.period, ranges);
  const known = period === undefined || (ranges as readonly string[]).includes(period);
  const periods = [
    { value: '', label: t('home.range.own') },
    ...ranges.map((range) => ({ value: range as string, label: words.range(range) })),
    ...(known ? [] : [{ value: period, label: words.range(period) }]),
  ];
  return (
    <>
      <PageHeader
        title={t('home.page.title')}
        note={
          <Menu
            align="start"
            trigger={
              <Button
                variant="ghost"
                size="small"
                aria-label={t('home.menu.label', { name: words.dashboard(dashboard) })}
              >
                <LayoutDashboard aria-hidden className="size-4" />
                <span className="max-w-48 truncate">{words.dashboard(dashboard)}</span>
              </Button>
            }
          >
            {all.map((one) => (
              <MenuItem
                key={one.id}
                icon={one.id === dashboard.id ? Check : one.visibility === 'private' ? Lock : LayoutDashboard}
                onClick={() => onParams({ dashboard: one.isDefault ? undefined : one.id })}
              >
                {words.dashboard(one)}
              </MenuItem>
            ))}
            <MenuSeparator />
            <MenuItem icon={Plus} onClick={() => setNaming({ kind: 'new' })}>
              {t('home.action.new')}
            </MenuItem>
            <MenuItem icon={Copy} onClick={() => setNaming({ kind: 'copy', of: dashboard })}>
              {t('home.action.copy')}
            </MenuItem>
            {mayChange ? (
              <MenuItem icon={Pencil} onClick={() => setNaming({ kind: 'edit', of: dashboard })}>
                {t('home.action.rename')}
              </MenuItem>
            ) : null}
            {dashboard.isDefault ? null : (
              <MenuItem icon={Star} onClick={() => choose.mutate()}>
                {t('home.action.default')}
              </MenuItem>
            )}
            {mayChange && dashboard.version > 0 ? (
              <MenuItem icon={Trash2} danger onClick={() => void remove()}>
                {t(dashboard.isStandard ? 'home.action.reset' : 'home.action.delete')}
              </MenuItem>
            ) : null}
          </Menu>
        }
        actions={
          draft === null ? (
            <>
              <Link to="/imports" className={buttonStyle({ size: 'small', className: 'max-md:hidden' })}>
                <FileUp aria-hidden className="size-4" />
                {t('firstSteps.import.action')}
              </Link>
              <Link
                to="/crm/customers"
                search={{ new: true }}
                className={buttonStyle({ size: 'small', className: 'max-md:hidden' })}
              >
                <UserPlus aria-hidden className="size-4" />
                {t('command.newCustomer.label')}
              </Link>
              {mayChange ? (
                <Button size="small" onClick={() => setDraft([...dashboard.widgets])}>
                  <Settings2 aria-hidden className="size-4" />
                  {t('home.action.arrange')}
                </Button>
              ) : (
                <Button size="small" onClick={() => setNaming({ kind: 'copy', of: dashboard })}>
                  <Copy aria-hidden className="size-4" />
                  {t('home.action.copy')}
                </Button>
              )}
            </>
          ) : (
            <>
              <Button size="small" onClick={() => setEditing({ kind: 'new' })}>
                <Plus aria-hidden className="size-4" />
                {t('home.action.add')}
              </Button>
              <Button size="small" onClick={() => setDraft(null)}>
                {t('common.action.cancel')}
              </Button>
              <Button
                size="small"
                variant="primary"
                loading={save.isPending}
                onClick={() => (changed ? save.mutate(draft) : setDraft(null))}
              >
                {t('common.action.save')}
              </Button>
            </>
          )
        }
      />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="home-page">
          <fieldset aria-label={t('home.filters.label')} className="home-filters">
            <Select
              aria-label={t('home.filters.period')}
              size="small"
              value={period ?? ''}
              onValueChange={(next) => onParams({ period: next || undefined })}
              options={periods}
            />
            <Select
              aria-label={t('home.filters.owner')}
              size="small"
              value={params.owner ?? ''}
              onValueChange={(owner) => onParams({ owner: owner || undefined })}
              options={owners}
            />
          </fieldset>
          {widgets.length === 0 ? (
            <EmptyState
              icon={LayoutDashboard}
              title={t('home.none.title')}
              description={t('home.none.hint')}
              actions={
                mayChange ? (
                  <Button
                    variant="primary"
                    onClick={() => {
                      setDraft([...widgets]);
                      setEditing({ kind: 'new' });
                    }}
                  >
                    {t('home.action.add')}
                  </Button>
                ) : undefined
              }
            />
          ) : (
            <div className="home-grid">
              {widgets.map((widget, at) => (
                <WidgetCard
                  key={widget.id}
                  widget={widget}
                  period={period}
                  owner={params.owner}
                  me={me.id}
                  tools={
                    draft === null ? undefined : (
                      <ArrangeTools
                        widget={widget}
                        first={at === 0}
                        last={at === widgets.length - 1}
                        widgets={draft}
                        onChange={setDraft}
                        onEdit={() => setEditing({ kind: 'edit', widget })}
                      />
                    )
                  }
                />
              ))}
            </div>
          )}
        </div>
      </div>
      <WidgetDialog
        subject={editing}
        widgets={widgets}
        everybodys={dashboard.visibility === 'org'}
        onClose={() => setEditing(null)}
        onDone={(next) => {
          setDraft(next);
          setEditing(null);
        }}
      />
      <DashboardDialog
        subject={naming}
        onClose={() => setNaming(null)}
        onDone={async (id: Id) => {
          await again();
          setNaming(null);
          onParams({ dashboard: id });
        }}
      />
    </>
  );
}
