import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { useMe } from '@/api/bootstrap';
import { client, ifMatch, unwrap } from '@/api/client';
import { isStatus } from '@/api/errors';
import type { Task, TaskPatch, TaskStatus } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { toast } from '@/ui/toast';
import { useFieldText } from '../field-text';
import { inOrder } from '../in-order';
import { fieldEdits } from '../record-edits';
import { useAskClash } from '../use-ask-clash';
import { useRunChange, type Voice } from '../use-run-change';
import { isClosed, taskCounts, taskKeys } from './api';

export type TaskChanges = ReturnType<typeof useTaskChanges>;

/** Every change of a task, as `useCustomerChanges` for customers. */
export function useTaskChanges() {
  const t = useT();
  const me = useMe();
  const queryClient = useQueryClient();
  const { fieldLabel } = useFieldText();
  const ask = useAskClash('tasks');
  const run = useRunChange<Task>({
    keys: taskKeys,
    aggregates: taskCounts,
    onDone: (item) => {
      // A deal is no longer stale, and the record it is about tells of it.
      if (item.anchor?.kind === 'deal') void queryClient.invalidateQueries({ queryKey: ['deals'] });
      else if (item.anchor)
        void queryClient.invalidateQueries({
          queryKey: [item.anchor.kind === 'customer' ? 'customers' : 'companies', 'activity', item.anchor.id],
        });
    },
    onRefused: (error, task) => {
      if (!isStatus(error, 409) || error.code !== 'already_claimed') return false;
      toast.failed({
        title: latest.current.t('tasks.claim.taken', {
          name: error.existing?.name ?? '',
          task: task.subject,
        }),
      });
      for (const part of ['page', 'one', 'of', 'count', 'waiting'])
        void queryClient.invalidateQueries({ queryKey: ['tasks', part] });
      return true;
    },
  });
  const latest = useRef({ t, fieldLabel, ask });
  latest.current = { t, fieldLabel, ask };

  return useMemo(() => {
    const path = (id: string) => ({ params: { path: { id } } });
    const reread = () => {
      for (const part of ['page', 'of']) void queryClient.invalidateQueries({ queryKey: ['tasks', part] });
    };
    const { edit } = fieldEdits<Task, TaskPatch & { custom?: never }>({
      run,
      now: () => latest.current,
      nameOf: (task) => task.subject,
      linked: [],
      read: (id) => unwrap(client.GET('/tasks/{id}', path(id))),
      send: (id, version, body) =>
        unwrap(client.PATCH('/tasks/{id}', { ...path(id), headers: ifMatch(version), body })),
      onEdited: (_, item) => {
        // One that comes again has left another one.
        if (item.nextTaskId) reread();
      },
    });

    const setStatus = (task: Task, status: TaskStatus, voice: Voice = 'loud'): Promise<Task | null> => {
      const { t: text } = latest.current;
      const closed = status === 'done' || status === 'canceled';
      return run(
        task,
        { status, completedAt: closed ? new Date().toISOString() : null },
        () =>
          inOrder(task.id, undefined, async () => {
            const item = await unwrap(client.PATCH('/tasks/{id}', { ...path(task.id), body: { status } }));
            if (item.nextTaskId) reread();
            return item;
          }),
        {
          done: text(`tasks.done.${status}`, { task: task.subject }),
          failed: text('tasks.done.failed', { task: task.subject }),
          undo: (item) => setStatus(item, task.status, 'silent'),
        },
        voice,
      );
    };

    /** Takes a task from the pool; of many who want it one gets it. */
    const claim = (task: Task): Promise<Task | null> => {
      const { t: text } = latest.current;
      return run(
        task,
        { assigneeId: me.id },
        () => inOrder(task.id, undefined, () => unwrap(client.POST('/tasks/{id}/claim', path(task.id)))),
        {
          done: text('tasks.claim.done', { task: task.subject }),
          failed: text('tasks.claim.failed', { task: task.subject }),
          undo: (item) => edit(item, { assigneeId: null }, {}, 'silent'),
        },
        'loud',
      );
    };

    /** Done, or to be done again. */
    const toggle = (task: Task) => setStatus(task, isClosed(task) ? 'pending' : 'done');

    /** To the next morning. */
    const snooze = (task: Task) => {
      const at = new Date();
      at.setDate(at.getDate() + 1);
      at.setHours(9, 0, 0, 0);
      return edit(task, { dueAt: at.toISOString() });
    };

    return { edit, setStatus, claim, toggle, snooze };
  }, [queryClient, run, me.id]);
}
