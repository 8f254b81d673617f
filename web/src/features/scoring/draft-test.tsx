import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { Backtest, Criterion, NewCriterion, Product, Tried, TriedScore } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { useDebounced } from '@/lib/debounce';
import { cutSearch } from '@/lib/search-text';
import { evidenceText } from '@/record/fit/evidence';
import { modelReason } from '@/record/fit/model-reason';
import { BucketBadge } from '@/record/fit/score';
import { useScoreText } from '@/record/fit/score-text';
import { Alert } from '@/ui/alert';
import { Button } from '@/ui/button';
import { Combobox, type ComboboxOption } from '@/ui/combobox';
import { Field } from '@/ui/field';
import { BacktestView } from './backtest-view';
import { FiguresTable } from './figures-table';

interface DraftTestProps {
  product: Product;
  criterion: Criterion | null;
  /** What would be saved; none while something is wrong with it. */
  body: NewCriterion | null;
}

/** What a criterion would make of one customer, and of all, before it is saved. */
export function DraftTest({ product, criterion, body }: DraftTestProps) {
  const t = useT();
  const [customer, setCustomer] = useState<ComboboxOption | null>(null);
  const shape = JSON.stringify(body);
  const one = useMutation({
    mutationFn: async ({ of, who }: { of: NewCriterion; who: string; shape: string }): Promise<Tried> => {
      const { name, type, weight, params } = of;
      if (criterion === null)
        return unwrap(
          client.POST('/products/{id}/criteria/try', {
            params: { path: { id: product.id } },
            body: { name, type, weight, params, customerId: who },
          }),
        );
      return unwrap(
        client.POST('/criteria/{id}/try', {
          params: { path: { id: criterion.id } },
          body: { weight, params, customerId: who },
        }),
      );
    },
  });
  const all = useMutation({
    mutationFn: async ({ of }: { of: NewCriterion; shape: string }): Promise<Backtest> => {
      const { name, type, weight, params } = of;
      if (criterion === null)
        return unwrap(
          client.POST('/products/{id}/criteria/backtest', {
            params: { path: { id: product.id } },
            body: { name, type, weight, params },
          }),
        );
      return unwrap(
        client.POST('/criteria/{id}/backtest', {
          params: { path: { id: criterion.id } },
          body: { weight, params },
        }),
      );
    },
  });
  const wrong = body === null ? t('scoring.test.whole') : undefined;
  const tried = one.variables?.shape === shape && one.variables.who === customer?.value ? one : null;
  const compared = all.variables?.shape === shape ? all : null;
  const conversation = body?.type === 'conversation';
  return (
    <section aria-labelledby="draft-test" className="flex flex-col gap-3 border-line border-t pt-4">
      <h3 id="draft-test" className="font-medium text-sm">
        {t('scoring.test.title')}
      </h3>
      <div className="flex flex-wrap items-end gap-2">
        <CustomerField value={customer} onChange={setCustomer} />
        <Button
          loading={one.isPending}
          disabledReason={wrong ?? (customer === null ? t('scoring.test.choose') : undefined)}
          onClick={() => body && customer && one.mutate({ of: body, who: customer.value, shape })}
        >
          {t('scoring.test.try')}
        </Button>
        <Button
          loading={all.isPending}
          disabledReason={wrong ?? (conversation ? t('scoring.test.modelOnly') : undefined)}
          onClick={() => body && all.mutate({ of: body, shape })}
        >
          {t('scoring.test.all')}
        </Button>
      </div>
      <div aria-live="polite" className="flex flex-col gap-3">
        {tried?.error ? <Alert>{errorText(tried.error)}</Alert> : null}
        {tried?.data && body ? <Outcome tried={tried.data} type={body.type} /> : null}
        {compared?.error ? <Alert>{errorText(compared.error)}</Alert> : null}
        {compared?.data ? <BacktestView backtest={compared.data} /> : null}
      </div>
    </section>
  );
}

interface CustomerFieldProps {
  value: ComboboxOption | null;
  onChange: (value: ComboboxOption | null) => void;
}

function CustomerField({ value, onChange }: CustomerFieldProps) {
  const t = useT();
  const [typed, setTyped] = useState('');
  const asked = useDebounced(typed.trim(), 150);
  const found = useQuery({
    queryKey: ['customers', 'find', asked],
    queryFn: async ({ signal }) => {
      const body = { limit: 20, ...(asked === '' ? {} : { q: cutSearch(asked) }) };
      return (await unwrap(client.POST('/customers/query', { body, signal }))).items;
    },
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });
  return (
    <Field label={t('scoring.test.customer')} className="min-w-40 flex-1">
      <Combobox
        value={value}
        onValueChange={onChange}
        onSearch={setTyped}
        loading={found.isFetching}
        options={(found.data ?? []).map((each) => ({
          value: each.id,
          label: each.fullName,
          hint: each.company?.name ?? each.contacts[0]?.value,
        }))}
        placeholder={t('scoring.test.find')}
        emptyText={t('common.search.none')}
      />
    </Field>
  );
}

/** One customer before and after. */
function Outcome({
  tried: { before, after, reason, said },
  type,
}: {
  tried: Tried;
  type: NewCriterion['type'];
}) {
  const t = useT();
  const score = useScoreText();
  const why = (side: TriedScore) =>
    evidenceText(t, score, {
      type,
      source: side.evidence?.reason ? 'manual' : null,
      evidence: side.evidence,
    });
  const lines = [
    { key: 'before', side: before },
    { key: 'after', side: after },
  ] as const;
  return (
    <div className="overflow-x-auto rounded-lg border border-line">
      <FiguresTable
        label={t('scoring.test.title')}
        head={[
          t('scoring.test.when'),
          t('leads.correct.score'),
          t('scoring.test.fit'),
          t('scoring.test.why'),
        ]}
        rows={lines.map(({ key, side }) => ({
          key,
          name: t(`scoring.test.${key}`),
          cells: [
            side.score === null ? t('leads.score.none') : score(side.score),
            <span key="fit" className="flex flex-wrap items-center justify-end gap-2">
              {side.overall === null ? null : score(side.overall)}
              <BucketBadge bucket={side.bucket} />
            </span>,
            why(side) || '–',
          ],
        }))}
      />
      {reason === null ? null : (
        <p className="break-words bg-warning-soft px-3 py-2 text-sm text-warning-fg">
          {[modelReason(t, reason), said].filter(Boolean).join(': ')}
        </p>
      )}
    </div>
  );
}
