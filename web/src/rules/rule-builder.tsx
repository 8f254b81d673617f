import { Redo2, Undo2 } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useFormat } from '@/i18n/use-format';
import { type Translate, useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { Alert } from '@/ui/alert';
import { IconButton } from '@/ui/button';
import { type Builder, BuilderContext, type Look, type Part, partName } from './builder-context';
import * as edit from './edit';
import { GroupBox } from './group-box';
import { GroupLook } from './group-look';
import { emptyCondition } from './new-condition';
import { nodeText } from './sentence';
import { CONDITIONS_MAX, conditionsOf, DEPTH_MAX, group, type RuleGroup, type RuleNode } from './tree';
import { useDrag } from './use-drag';
import type { Rule } from './use-rule';
import type { RuleCount } from './use-rule-count';

interface RuleBuilderProps {
  /** From `useRule`: the tree, its catalogue and its history. */
  rule: Rule;
  /** From `useRuleCount`; without it nothing is counted. */
  count?: RuleCount;
  /** Offers to look at whom a group selects. */
  look?: Look;
  /** Ctrl+Enter, from anywhere inside. */
  onSubmit?: () => void;
  className?: string;
}

/**
 * Edits a filter tree: groups in groups, every field of the catalogue, by pointer or by keys alone. Knows no list and no
 * segment; whoever draws it reads `rule.filter` and asks `rule.ready`.
 */
export function RuleBuilder({ rule, count, look, onSubmit, className }: RuleBuilderProps) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const wanted = useRef<{ id: string; part: Part } | null>(null);
  const fresh = useRef<string | null>(null);
  const [news, setNews] = useState('');

  useEffect(() => {
    const target = wanted.current;
    if (target === null || box.current === null) return;
    if (!focusPart(box.current, target.id, target.part)) return;
    wanted.current = null;
    // A menu that closes hands the focus to a button that may have gone with the change.
    setTimeout(() => {
      if (box.current && isNowhere(box.current)) focusPart(box.current, target.id, target.part);
    }, 150);
  });
  useEffect(() => {
    fresh.current = null;
  });

  const focus = (id: string, part: Part) => {
    wanted.current = { id, part };
  };
  const { root, catalogue, words } = rule;
  const textOf = (id: string) => {
    const node = edit.find(root, id)?.node;
    return node === undefined ? '' : nodeText(node, catalogue, words);
  };
  const refused = () =>
    setNews(
      rule.tooMany !== null || conditionsOf(root) >= CONDITIONS_MAX
        ? t('rule.limit.conditions', { max: CONDITIONS_MAX })
        : t('rule.limit.depth', { max: DEPTH_MAX }),
    );
  /** Takes a change that may not be possible. */
  const take = (next: RuleGroup | null, said: string, id: string, part: Part) => {
    if (next === null) {
      refused();
      return;
    }
    setNews(said);
    focus(id, part);
    rule.change(next);
  };
  const add = (node: RuleNode, put: (node: RuleNode) => RuleGroup | null, said: string) => {
    const first = node.kind === 'group' ? node.children[0] : node;
    if (first) fresh.current = first.id;
    take(put(node), said, first?.id ?? node.id, 'field');
  };

  const saidOfMove = (next: RuleGroup, id: string) => {
    const place = edit.find(next, id);
    if (!place?.parent) return '';
    return t('rule.news.moved', {
      place: place.index + 1,
      count: place.parent.children.length,
      mode: t(`rule.mode.${place.parent.mode}`),
      level: edit.levelOf(next, id),
    });
  };
  const drag = useDrag(
    box,
    (id, spot) => edit.place(root, id, spot) !== null,
    (id, spot) => builder.place(id, spot),
  );

  const builder: Builder = {
    rule,
    look,
    update: (id, change, about) => rule.change(edit.update(root, id, change), about),
    addCondition: (id) => add(emptyCondition(), (node) => edit.append(root, id, node), t('rule.news.added')),
    addGroup: (id) =>
      add(
        group(edit.otherMode(root, id), [emptyCondition()]),
        (node) => edit.append(root, id, node),
        t('rule.news.addedGroup'),
      ),
    addBelow: (id) => add(emptyCondition(), (node) => edit.insertAfter(root, id, node), t('rule.news.added')),
    duplicate: (id) => {
      const made = edit.duplicate(root, id);
      take(
        made?.root ?? null,
        t('rule.news.duplicated', { rule: textOf(id) }),
        made?.id ?? id,
        mainPart(edit.find(root, id)?.node),
      );
    },
    move: (id, direction) => {
      const next = edit.move(root, id, direction);
      if (next === null) {
        setNews(t('rule.news.cannotMove'));
        return;
      }
      const part = focusedPart(box.current, id) ?? mainPart(edit.find(next, id)?.node);
      take(next, saidOfMove(next, id), id, part);
    },
    place: (id, spot) => {
      const next = edit.place(root, id, spot);
      if (next !== null) take(next, saidOfMove(next, id), id, mainPart(edit.find(next, id)?.node));
    },
    drag: (event, id) => drag.start(event, id),
    dragged: drag.id,
    remove: (id) => {
      const beside = edit.neighbourOf(root, id);
      const next = edit.remove(root, id);
      const node = edit.find(next, beside)?.node;
      take(
        next,
        t('rule.news.removed', { rule: textOf(id) }),
        node === undefined ? next.id : beside,
        node === undefined || node.id === next.id ? 'add' : mainPart(node),
      );
    },
    wrap: (id) => {
      const made = edit.wrap(root, id, edit.otherMode(root, edit.find(root, id)?.parent?.id ?? root.id));
      take(made?.root ?? null, t('rule.news.wrapped'), made?.id ?? id, 'mode');
    },
    unwrap: (id) => {
      const held = edit.find(root, id)?.node;
      const first = held?.kind === 'group' ? held.children[0] : undefined;
      const next = edit.unwrap(root, id);
      if (next !== null) take(next, '', first?.id ?? next.id, first ? mainPart(first) : 'add');
    },
    negate: (id) => take(edit.negate(root, id), '', id, focusedPart(box.current, id) ?? 'menu'),
    focus,
    isNew: (id) => fresh.current === id,
  };

  const undo = () => {
    setNews(rule.canUndo ? t('rule.news.undone') : t('rule.news.nothing'));
    keepFocus();
    rule.undo();
  };
  const redo = () => {
    setNews(rule.canRedo ? t('rule.news.redone') : t('rule.news.nothing'));
    keepFocus();
    rule.redo();
  };
  /** What has the focus may go with the step; then the first place to add takes it. */
  const keepFocus = () => {
    requestAnimationFrame(() => {
      if (box.current && !box.current.contains(document.activeElement))
        focusPart(box.current, root.id, 'add');
    });
  };

  const can = { canUndo: rule.canUndo, canRedo: rule.canRedo };
  // Back and forth work, too, when the focus is on nothing but the window around the builder.
  const steps = useRef({ undo, redo, ...can });
  steps.current = { undo, redo, ...can };
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      if (event.defaultPrevented || !box.current || !isNowhere(box.current)) return;
      const act = actOf(event);
      if (!(act === 'undo' && steps.current.canUndo) && !(act === 'redo' && steps.current.canRedo)) return;
      event.preventDefault();
      steps.current[act]();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);

  const onKeyDownCapture = (event: KeyboardEvent) => {
    const target = event.target;
    // Popups stand elsewhere in the page and have keys of their own.
    if (!(target instanceof Element) || !box.current?.contains(target) || event.nativeEvent.isComposing)
      return;
    if (onSubmit && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      onSubmit();
      return;
    }
    const act = actOf(event);
    if (act === null) return;
    const id = target.closest<HTMLElement>('[data-rule]')?.dataset.rule;
    if (act === 'undo') undo();
    else if (act === 'redo') redo();
    else if (id === undefined) return;
    else if (act === 'up' || act === 'down') builder.move(id, act);
    else builder[act](id);
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <BuilderContext value={builder}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own box */}
      <div
        ref={box}
        role="group"
        aria-label={t('rule.builder.label')}
        className={cn(
          'relative flex min-w-0 flex-col gap-4',
          drag.id && 'cursor-grabbing select-none',
          className,
        )}
        onKeyDownCapture={onKeyDownCapture}
      >
        <Limits rule={rule} />
        <GroupBox node={root} level={root.mode === 'none' || root.mode === 'notAll' ? 2 : 1} />
        {drag.drop ? (
          <span
            aria-hidden
            className="pointer-events-none absolute z-2 h-0.5 rounded-full bg-accent"
            style={{ top: drag.drop.top, left: drag.drop.left, width: drag.drop.width }}
          />
        ) : null}
        {/* In sight wherever the tree is scrolled to. */}
        <div className="sticky -bottom-3 -mx-1 -mb-3 flex items-start gap-3 border-line border-t bg-raised px-1 py-2.5">
          <div className="min-w-0 flex-1 text-sm">
            <Sentence rule={rule} />
            {count ? <CountLine rule={rule} count={count} /> : null}
          </div>
          <div className="flex shrink-0">
            <GroupLook node={root} />
            <IconButton
              label={t('rule.action.undo')}
              keys="$mod+z"
              aria-disabled={!rule.canUndo}
              className="aria-disabled:opacity-45"
              onClick={undo}
            >
              <Undo2 aria-hidden className="size-4" />
            </IconButton>
            <IconButton
              label={t('rule.action.redo')}
              keys="$mod+Shift+z"
              aria-disabled={!rule.canRedo}
              className="aria-disabled:opacity-45"
              onClick={redo}
            >
              <Redo2 aria-hidden className="size-4" />
            </IconButton>
          </div>
        </div>
        <p aria-live="polite" className="sr-only">
          {news}
        </p>
      </div>
    </BuilderContext>
  );
}

type Act = 'undo' | 'redo' | 'up' | 'down' | 'duplicate' | 'addBelow' | 'wrap' | 'negate' | 'remove';

type Pressed = 'key' | 'code' | 'altKey' | 'shiftKey' | 'ctrlKey' | 'metaKey';

/** What a key press asks for; the same keys stand in the menus. */
function actOf(event: Pick<KeyboardEvent, Pressed>): Act | null {
  const { key, altKey, shiftKey } = event;
  const mod = event.ctrlKey || event.metaKey;
  const letter = key.toLowerCase();
  if (mod && !altKey) {
    if (letter === 'z') return shiftKey ? 'redo' : 'undo';
    if (letter === 'y' && !shiftKey) return 'redo';
    if (letter === 'd' && !shiftKey) return 'duplicate';
    if (key === 'Backspace' && shiftKey) return 'remove';
    return null;
  }
  if (!altKey || mod || shiftKey) return null;
  if (key === 'ArrowUp') return 'up';
  if (key === 'ArrowDown') return 'down';
  if (key === 'Enter') return 'addBelow';
  if (event.code === 'KeyG') return 'wrap';
  if (event.code === 'KeyX') return 'negate';
  return null;
}

function mainPart(node: RuleNode | undefined): Part {
  if (node?.kind === 'group') return 'mode';
  return node?.kind === 'raw' ? 'menu' : 'field';
}

/** Gives the focus to a control of a node, or to another of its own when there is no such one. */
function focusPart(box: HTMLElement, id: string, part: Part): boolean {
  const find = (each: Part) => box.querySelector<HTMLElement>(`[data-rule-part="${partName(id, each)}"]`);
  const found = find(part) ?? find('op') ?? find('mode') ?? find('field') ?? find('menu') ?? find('add');
  if (found === null) return false;
  const control = found.matches('button, input')
    ? found
    : (found.querySelector<HTMLElement>('button, input') ?? found);
  control.focus();
  control.scrollIntoView({ block: 'nearest' });
  return true;
}

/** Whether the focus is on no control, but on what is around the builder. */
function isNowhere(box: HTMLElement): boolean {
  const active = document.activeElement;
  return active === null || (active !== box && active.contains(box));
}

/** The control of a node that has the focus now. */
function focusedPart(box: HTMLElement | null, id: string): Part | undefined {
  const part = document.activeElement?.closest<HTMLElement>('[data-rule-part]')?.dataset.rulePart;
  if (!box || !part?.startsWith(`${id}:`)) return undefined;
  return part.slice(id.length + 1) as Part;
}

function Limits({ rule }: { rule: Rule }) {
  const t = useT();
  const texts = [
    rule.tooDeep === null ? null : t('rule.limit.tooDeep', { count: rule.tooDeep, max: DEPTH_MAX }),
    rule.tooMany === null ? null : t('rule.limit.tooMany', { count: rule.tooMany, max: CONDITIONS_MAX }),
    rule.fault === null ? null : t('rule.problem.whole', { message: rule.fault }),
  ].filter((text) => text !== null);
  if (texts.length === 0) return null;
  return (
    <Alert>
      {texts.map((text) => (
        <p key={text}>{text}</p>
      ))}
    </Alert>
  );
}

/** Names of the records a filter selects from, by what the server calls them. */
function recordOf(record: string): 'customer' | 'company' | 'other' {
  return record === 'customer' || record === 'company' ? record : 'other';
}

const every = {
  customer: 'rule.sentence.everyCustomer',
  company: 'rule.sentence.everyCompany',
  other: 'rule.sentence.everyOther',
} as const;

function Sentence({ rule }: { rule: Rule }) {
  const t = useT();
  const record = recordOf(rule.catalogue.record);
  const text =
    rule.sentence === null ? t(every[record]) : t(`rule.sentence.${record}`, { rule: rule.sentence });
  return (
    <section
      aria-label={t('rule.sentence.label')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a long one is scrolled by keys
      tabIndex={0}
      className="max-h-10 overflow-y-auto rounded-sm sm:max-h-15"
    >
      <p className="[overflow-wrap:anywhere]">{text}</p>
    </section>
  );
}

/** How many fit, as "1,204 customers" or "more than 10,000 customers". */
export function countText(t: Translate, number: (value: number) => string, rule: Rule, count: RuleCount) {
  if (count.count === undefined) return null;
  const { count: value, exact } = count.count;
  const shown = exact ? number(value) : t('rule.count.atLeast', { count: value });
  return t(`rule.count.${recordOf(rule.catalogue.record)}`, { shown, count: exact ? value : 2 });
}

function CountLine({ rule, count }: { rule: Rule; count: RuleCount }) {
  const t = useT();
  const format = useFormat();
  const text = countText(t, format.number, rule, count);
  const said = count.refused
    ? t('rule.count.broken')
    : count.failed
      ? t('rule.count.failed')
      : (text ?? t('rule.count.waiting'));
  return (
    <p
      role="status"
      aria-busy={count.waiting}
      className={cn(
        'mt-1 font-medium tabular transition-opacity duration-100',
        count.refused || count.failed ? 'text-danger-fg' : 'text-fg',
        count.waiting && text !== null && 'opacity-50',
      )}
    >
      {said}
      {rule.unfinished > 0 && !count.refused && !count.failed ? (
        <span className="font-normal text-muted"> {t('rule.count.without', { count: rule.unfinished })}</span>
      ) : null}
    </p>
  );
}
