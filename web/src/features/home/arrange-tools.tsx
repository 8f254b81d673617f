import {
  ArrowLeft,
  ArrowRight,
  Ellipsis,
  FoldHorizontal,
  FoldVertical,
  Pencil,
  Trash2,
  UnfoldHorizontal,
  UnfoldVertical,
} from 'lucide-react';
import type { Widget } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { IconButton } from '@/ui/button';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { moved, resized } from './figures';
import { useWords } from './words';

interface ArrangeToolsProps {
  widget: Widget;
  widgets: Widget[];
  first: boolean;
  last: boolean;
  onChange: (widgets: Widget[]) => void;
  onEdit: () => void;
}

/** What can be done with a widget while its dashboard is arranged, by pointer and by keys alike. */
export function ArrangeTools({ widget, widgets, first, last, onChange, onEdit }: ArrangeToolsProps) {
  const t = useT();
  const title = useWords().title(widget);
  const change = (to: Partial<Widget>) =>
    onChange(widgets.map((each) => (each.id === widget.id ? { ...each, ...to } : each)));
  return (
    <div className="flex shrink-0">
      <IconButton
        variant="ghost"
        size="smallIcon"
        label={t('home.arrange.earlier', { title })}
        disabled={first}
        onClick={() => onChange(moved(widgets, widget.id, -1))}
      >
        <ArrowLeft aria-hidden className="size-4" />
      </IconButton>
      <IconButton
        variant="ghost"
        size="smallIcon"
        label={t('home.arrange.later', { title })}
        disabled={last}
        onClick={() => onChange(moved(widgets, widget.id, 1))}
      >
        <ArrowRight aria-hidden className="size-4" />
      </IconButton>
      <Menu
        align="end"
        trigger={
          <IconButton variant="ghost" size="smallIcon" label={t('home.arrange.menu', { title })}>
            <Ellipsis aria-hidden className="size-4" />
          </IconButton>
        }
      >
        <MenuItem icon={Pencil} onClick={onEdit}>
          {t('home.arrange.edit')}
        </MenuItem>
        <MenuSeparator />
        <MenuItem
          icon={UnfoldHorizontal}
          disabled={widget.width >= 12}
          onClick={() => change({ width: resized(widget.width, 1) })}
        >
          {t('home.arrange.wider')}
        </MenuItem>
        <MenuItem
          icon={FoldHorizontal}
          disabled={widget.width <= 3}
          onClick={() => change({ width: resized(widget.width, -1) })}
        >
          {t('home.arrange.narrower')}
        </MenuItem>
        <MenuItem
          icon={UnfoldVertical}
          disabled={widget.height >= 4}
          onClick={() => change({ height: widget.height + 1 })}
        >
          {t('home.arrange.taller')}
        </MenuItem>
        <MenuItem
          icon={FoldVertical}
          disabled={widget.height <= 1}
          onClick={() => change({ height: widget.height - 1 })}
        >
          {t('home.arrange.lower')}
        </MenuItem>
        <MenuSeparator />
        <MenuItem
          icon={Trash2}
          danger
          onClick={() => onChange(widgets.filter((each) => each.id !== widget.id))}
        >
          {t('home.arrange.remove')}
        </MenuItem>
      </Menu>
    </div>
  );
}
