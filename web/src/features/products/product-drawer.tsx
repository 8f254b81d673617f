import { Package } from 'lucide-react';
import { useMe } from '@/api/bootstrap';
import type { Product, ProductPatch, ProductStatus } from '@/api/types';
import { useCommands } from '@/commands/registry';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { currencies } from '@/lib/currencies';
import { DealsOf } from '@/record/deals/parts';
import { DrawerFrame } from '@/record/drawer-frame';
import { Moment, Section } from '@/record/drawer-parts';
import { FieldRow, InlinePick, InlineText } from '@/record/inline-fields';
import type { OpenRecord } from '@/record/list-screen';
import { parseMoney, writtenMoney } from '@/record/money';
import { useAssignable, useBlocked } from '@/record/ownership';
import { ownerAct } from '@/record/permissions';
import { ArchiveItem, RecordNotice, useOpenRecord } from '@/record/use-open-record';
import { useNames } from '@/record/use-sources';
import { Avatar } from '@/ui/avatar';
import { productQuery } from './api';
import { statusMark } from './columns';
import { livingStatuses } from './filters';
import type { ProductChanges } from './use-product-changes';

export interface ProductDrawerProps {
  open: OpenRecord<Product> | undefined;
  changes: ProductChanges;
  onOpenDeal: (id: string) => void;
}

export function ProductDrawer({ open, changes, onOpenDeal }: ProductDrawerProps) {
  const t = useT();
  const names = useNames();
  const blocked = useBlocked();
  const { record: product, placeholder, title } = useOpenRecord(open, productQuery);
  const readOnly = product === undefined ? null : blocked(product.ownerId);
  const writable = product !== undefined && readOnly === null;

  useCommands(
    product === undefined
      ? []
      : [
          {
            id: 'product.archive',
            group: 'record',
            label: product.archivedAt ? 'command.product.restore' : 'command.product.archive',
            keys: 'Shift+e',
            disabledReason: readOnly ?? undefined,
            run: () => void changes.setArchived(product, product.archivedAt === null),
          },
        ],
  );

  return (
    <DrawerFrame<'overview'>
      id={open?.id}
      title={product?.name ?? title}
      subtitle={product ? t('products.card.deals', { count: product.dealCount }) : null}
      avatar={
        product ? (
          <span className="flex size-10 shrink-0 items-center justify-center rounded-lg bg-sunken text-muted">
            <Package aria-hidden className="size-5" />
          </span>
        ) : null
      }
      notice={
        product === undefined ? null : (
          <RecordNotice
            archivedAt={product.archivedAt}
            owner={names.member(product.ownerId ?? '')}
            writable={writable}
            onArchived={(archived) => void changes.setArchived(product, archived)}
          />
        )
      }
      tab="overview"
      onTab={() => {}}
      position={open?.position}
      onPrevious={open?.previous}
      onNext={open?.next}
      onClose={() => open?.close()}
      menu={
        product === undefined ? null : (
          <ArchiveItem
            archivedAt={product.archivedAt}
            disabledReason={readOnly ?? undefined}
            onArchived={(archived) => void changes.setArchived(product, archived)}
          />
        )
      }
      placeholder={placeholder}
      tabs={
        product === undefined
          ? []
          : [
              {
                value: 'overview',
                label: t('record.tab.overview'),
                content: (
                  <Overview
                    key={product.id}
                    product={product}
                    writable={writable && product.archivedAt === null}
                    changes={changes}
                    onOpenDeal={onOpenDeal}
                  />
                ),
              },
            ]
      }
    />
  );
}

interface OverviewProps {
  product: Product;
  writable: boolean;
  changes: ProductChanges;
  onOpenDeal: (id: string) => void;
}

function Overview({ product, writable, changes, onOpenDeal }: OverviewProps) {
  const t = useT();
  const me = useMe();
  const format = useFormat();
  const names = useNames();
  const assignable = useAssignable(t('products.owner.onlyAdmin'));
  const edit = (body: ProductPatch) => changes.edit(product, body);
  const { price, currency } = product;
  const read = (text: string) => parseMoney(text, currency ?? 'EUR', format.locale);
  return (
    <div className="flex flex-col gap-5 p-4">
      <Section title={t('products.overview.product')}>
        <dl className="flex flex-col gap-0.5">
          <InlineText
            label={t('record.field.name')}
            value={product.name}
            required={t('record.edit.required')}
            onSave={writable ? (name) => edit({ name: name ?? '' }) : undefined}
          />
          <InlinePick
            label={t('record.field.status')}
            value={product.status}
            source={{
              name: 'product statuses',
              all: () => livingStatuses.map((id) => ({ id, label: t(`products.status.${id}`) })),
            }}
            onSave={
              writable ? (option) => option && void edit({ status: option.id as ProductStatus }) : undefined
            }
          >
            {statusMark(product.status, t(`products.status.${product.status}`))}
          </InlinePick>
          <InlineText
            label={t('record.field.price')}
            value={price === null || currency === null ? null : writtenMoney(price, currency, format.locale)}
            inputMode="decimal"
            check={(text) => (read(text) === null ? t('money.amount.wrong') : null)}
            onSave={writable ? (text) => edit({ price: text === null ? null : read(text) }) : undefined}
          >
            <span className="tabular">
              {price === null || currency === null ? null : format.money(price, currency)}
            </span>
          </InlineText>
          <InlinePick
            label={t('money.currency.label')}
            value={currency}
            source={{
              name: `currencies.${format.locale}`,
              all: () => currencies.map((code) => ({ id: code, label: code, hint: format.currency(code) })),
            }}
            onSave={writable ? (option) => option && void edit({ currency: option.id }) : undefined}
          >
            {currency}
          </InlinePick>
          <InlinePick
            label={t('record.field.ownerId')}
            value={product.ownerId}
            source={assignable}
            clear={t('products.owner.none')}
            onSave={
              writable
                ? (option) => {
                    if (ownerAct(me, product.ownerId, option?.id ?? null) !== 'refused') {
                      void edit({ ownerId: option?.id ?? null });
                    }
                  }
                : undefined
            }
          >
            {product.ownerId === null ? null : (
              <span className="flex items-center gap-1.5">
                <Avatar name={names.member(product.ownerId)} />
                <span className="truncate">{names.member(product.ownerId)}</span>
              </span>
            )}
          </InlinePick>
          <InlineText
            label={t('record.field.description')}
            value={product.description}
            maxLength={10_000}
            onSave={writable ? (description) => edit({ description }) : undefined}
          />
        </dl>
      </Section>
      <DealsOf subject={{ kind: 'product', id: product.id, name: product.name }} onOpen={onOpenDeal} />
      <Section title={t('products.overview.record')}>
        <dl className="flex flex-col">
          <FieldRow label={t('products.field.dealCount')}>
            <span className="tabular">{format.number(product.dealCount)}</span>
          </FieldRow>
          <FieldRow label={t('record.field.createdAt')}>
            <Moment value={product.createdAt} />
          </FieldRow>
          <FieldRow label={t('record.field.updatedAt')}>
            <Moment value={product.updatedAt} />
          </FieldRow>
        </dl>
      </Section>
    </div>
  );
}
