import { useMemo } from 'react';
import { useBootstrap, useMe } from '@/api/bootstrap';
import type { Product, ProductStatus } from '@/api/types';
import type { GridColumn } from '@/grid/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { parseMoney, writtenMoney } from '@/record/money';
import { useAssignable, useBlocked } from '@/record/ownership';
import { ownerAct } from '@/record/permissions';
import { voice } from '@/record/use-run-change';
import { useNames } from '@/record/use-sources';
import { toneStyle } from '@/ui/badge';
import { toast } from '@/ui/toast';
import { livingStatuses } from './filters';
import type { ProductChanges } from './use-product-changes';

const tones = { draft: 'gray', active: 'green', archived: 'yellow' } as const;

/** The status as a coloured word, in one element. */
export function statusMark(status: ProductStatus, label: string) {
  return (
    <span className={`rounded-sm px-1.5 font-medium text-xs leading-5 ${toneStyle[tones[status]]}`}>
      {label}
    </span>
  );
}

export function useProductColumns(changes: ProductChanges): readonly GridColumn<Product>[] {
  const t = useT();
  const format = useFormat();
  const me = useMe();
  const { currency: usual } = useBootstrap().org;
  const names = useNames();
  const blockedBy = useBlocked();
  const assignable = useAssignable(t('products.owner.onlyAdmin'));

  return useMemo(() => {
    const blocked = (product: Product) =>
      product.archivedAt === null ? blockedBy(product.ownerId) : t('products.edit.archived');
    const currencyOf = (product: Product) => product.currency ?? usual;
    const columns: GridColumn<Product>[] = [
      {
        id: 'name',
        header: t('record.field.name'),
        width: 260,
        pinned: true,
        required: true,
        sortField: 'name',
        opens: true,
        text: (product) => product.name,
        edit: {
          kind: 'text',
          maxLength: 200,
          blocked,
          get: (product) => product.name,
          check: (value) => (value === '' ? t('record.edit.required') : null),
          set: (product, name, silently) => changes.edit(product, { name }, {}, voice(silently)),
        },
      },
      {
        id: 'status',
        header: t('record.field.status'),
        width: 110,
        text: (product) => t(`products.status.${product.status}`),
        render: (product) => statusMark(product.status, t(`products.status.${product.status}`)),
        edit: {
          kind: 'pick',
          blocked,
          options: {
            name: 'product status editor',
            all: () => livingStatuses.map((id) => ({ id, label: t(`products.status.${id}`) })),
          },
          placeholder: t('record.edit.find'),
          get: (product) => product.status,
          set: (product, option, silently) =>
            option === null
              ? undefined
              : changes.edit(product, { status: option.id as ProductStatus }, {}, voice(silently)),
        },
      },
      {
        id: 'price',
        header: t('record.field.price'),
        width: 140,
        align: 'end',
        sortField: 'price',
        firstDescending: true,
        text: (product) => (product.price === null ? '' : format.money(product.price, currencyOf(product))),
        edit: {
          kind: 'text',
          blocked,
          get: (product) =>
            product.price === null ? '' : writtenMoney(product.price, currencyOf(product), format.locale),
          check: (value) =>
            value !== '' && parseMoney(value, usual, format.locale) === null ? t('money.amount.wrong') : null,
          set: (product, value, silently) => {
            const price = value === '' ? null : parseMoney(value, currencyOf(product), format.locale);
            // Looked at with the usual currency only; that of the row may have fewer decimals.
            if (value !== '' && price === null) {
              toast.failed({ title: t('money.amount.wrong') });
              return undefined;
            }
            const body = { price, ...(product.currency === null ? { currency: usual } : {}) };
            return changes.edit(product, body, {}, voice(silently));
          },
        },
      },
      {
        id: 'dealCount',
        header: t('products.field.dealCount'),
        width: 84,
        align: 'end',
        text: (product) => format.number(product.dealCount),
      },
      {
        id: 'owner',
        field: 'ownerId',
        header: t('record.field.ownerId'),
        width: 160,
        text: (product) => (product.ownerId === null ? '' : names.member(product.ownerId)),
        edit: {
          kind: 'pick',
          blocked,
          options: assignable,
          placeholder: t('record.owner.choose'),
          get: (product) => product.ownerId,
          clear: t('products.owner.none'),
          set: (product, option, silently) =>
            ownerAct(me, product.ownerId, option?.id ?? null) === 'refused'
              ? undefined
              : changes.edit(product, { ownerId: option?.id ?? null }, {}, voice(silently)),
        },
      },
      {
        id: 'createdAt',
        header: t('record.field.createdAt'),
        width: 115,
        sortField: 'createdAt',
        firstDescending: true,
        className: 'tabular-cell',
        text: (product) => format.date(product.createdAt),
        title: (product) => format.dateTime(product.createdAt),
      },
      {
        id: 'description',
        header: t('record.field.description'),
        width: 280,
        optional: true,
        text: (product) => product.description ?? '',
      },
      {
        id: 'updatedAt',
        header: t('record.field.updatedAt'),
        width: 115,
        optional: true,
        sortField: 'updatedAt',
        firstDescending: true,
        className: 'tabular-cell',
        text: (product) => format.relativeShort(product.updatedAt),
        title: (product) => format.dateTime(product.updatedAt),
      },
    ];
    return columns;
  }, [t, format, me, usual, names, blockedBy, assignable, changes]);
}

/** Two lines for phones. */
export function useProductCard(): GridColumn<Product> {
  const t = useT();
  const format = useFormat();
  return useMemo(
    () => ({
      id: 'card',
      header: t('record.field.name'),
      width: 300,
      required: true,
      opens: true,
      className: 'card plain',
      text: (product) => product.name,
      render: (product) => (
        <>
          <span className="truncate">{product.name}</span>
          <span className="tabular text-right font-normal text-muted text-xs">
            {product.price === null || product.currency === null
              ? null
              : format.money(product.price, product.currency)}
          </span>
          <span className="col-span-2 truncate font-normal text-muted text-xs">
            {[
              t(`products.status.${product.status}`),
              t('products.card.deals', { count: product.dealCount }),
            ].join(' · ')}
          </span>
        </>
      ),
    }),
    [t, format],
  );
}
