import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { Bell as BellIcon } from 'lucide-react';
import { useState } from 'react';
import { useCommands } from '@/commands/registry';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { IconButton } from '@/ui/button';
import { Drawer } from '@/ui/drawer';
import { unreadQuery } from './api';
import { Notifications } from './notifications';
import './notifications.css';

export interface BellProps {
  /** Looks of a button with its name below it, as in the bar of phones. Absent: an icon alone. */
  named?: string;
}

/** How many things are to be seen, and the list of them. */
export function Bell({ named }: BellProps) {
  const { history } = useRouter();
  const t = useT();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const { data } = useQuery(unreadQuery);
  const count = data?.count ?? 0;
  const shown = data === undefined || count === 0 ? null : format.number(count) + (data.exact ? '' : '+');
  const label =
    shown === null ? t('notifications.open.none') : t('notifications.open.some', { count: shown });
  const mark =
    shown === null ? null : (
      <span aria-hidden className="bell-count tabular">
        {shown}
      </span>
    );
  useCommands([
    {
      id: 'app.notifications',
      group: 'app',
      label: 'notifications.open.command',
      icon: BellIcon,
      keys: 'b',
      run: () => setOpen(true),
    },
  ]);
  return (
    <Drawer
      open={open}
      onOpenChange={setOpen}
      modal
      className="sm:w-[31rem]"
      trigger={
        named === undefined ? (
          <IconButton label={label} keys="b" className="bell">
            <BellIcon aria-hidden className="size-4" />
            {mark}
          </IconButton>
        ) : (
          <button type="button" className={`bell ${named}`} aria-label={label}>
            <BellIcon aria-hidden className="size-5" />
            <span aria-hidden className="max-w-full truncate">
              {t('notifications.open.short')}
            </span>
            {mark}
          </button>
        )
      }
    >
      {open ? (
        <Notifications
          onGo={(to) => {
            setOpen(false);
            history.push(to);
          }}
        />
      ) : null}
    </Drawer>
  );
}
